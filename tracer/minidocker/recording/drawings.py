"""Draw a state of the machine as text: who runs in which namespaces, what is mounted, cables."""

from collections.abc import Iterator

from tracer.minidocker.recording.model import Tree, Value, as_tree, cut

SHOWN = 40  # characters of a command line


def machine(state: Tree) -> str:
    """Draw the whole machine."""
    parts = (processes(state), mounts(state), cgroups(state), network(state))
    return "\n".join(part for part in parts if part)


def processes(state: Tree) -> str:
    """Draw the tree of processes, and what each has to itself."""
    known = as_tree(state["processes"])
    first = as_tree(known.get("1", {}))
    return "\n".join(_below(state, known, 0, as_tree(first.get("namespaces", {})), 0))


def _below(state: Tree, known: Tree, parent: int, outer: Tree, depth: int) -> Iterator[str]:
    for pid, value in known.items():
        process = as_tree(value)
        if process["parent"] != parent:
            continue
        own = as_tree(process["namespaces"])
        new = [f"{kind}:{number}" for kind, number in own.items() if outer.get(kind) != number]
        pids = process["pids"]
        inside = f" = {pids[-1]} inside" if isinstance(pids, list) and len(pids) > 1 else ""
        notes = [*([f"own {' '.join(new)}"] if new else []), *_notes(state, process, own, new)]
        words = process["argv"]
        command = cut(" ".join(map(str, words)), SHOWN) if isinstance(words, list) else ""
        remark = f"  [{'; '.join(notes)}]" if notes else ""
        yield f"{'  ' * depth}{pid}{inside}  {command}{remark}"
        yield from _below(state, known, int(pid), own, depth + 1)


def _notes(state: Tree, process: Tree, own: Tree, new: list[str]) -> Iterator[str]:
    if any(each.startswith("uts:") for each in new):
        yield f"hostname {as_tree(state['hosts'])[str(own['uts'])]}"
    if process["uid"]:
        yield f"user {process['uid']}"
    if "state" in process:
        yield str(process["state"])
    if "status" in process:
        yield f"ended, status {process['status']}"


def mounts(state: Tree) -> str:
    """Draw the mount tables; of later namespaces only what the first does not have."""
    lines: list[str] = []
    first: list[str] = []
    for number, value in as_tree(state["mounts"]).items():
        table = [_mount(each) for each in as_tree(value).values()]
        shown = [each for each in table if each not in first]
        lines += [f"mount namespace {number}", *(f"  {each}" for each in shown)]
        first = first or table
    return "\n".join(lines)


def cgroups(state: Tree) -> str:
    """Draw the groups that have members, each with its hierarchies."""
    found: dict[tuple[str, str], list[str]] = {}
    for hierarchy, groups in as_tree(state["cgroups"]).items():
        for path, value in as_tree(groups).items():
            members = as_tree(value).get("members", [])
            if isinstance(members, list) and members:
                key = path, ", ".join(map(str, members))
                found.setdefault(key, []).append(hierarchy)
    return "\n".join(
        f"cgroup {path}  PID {members}  ({' '.join(hierarchies)})"
        for (path, members), hierarchies in found.items()
    )


def network(state: Tree) -> str:
    """Draw each network namespace: what is plugged into a bridge stands below it."""
    lines: list[str] = []
    for number, value in as_tree(state["network"]).items():
        space = as_tree(value)
        interfaces = {name: as_tree(each) for name, each in as_tree(space["interfaces"]).items()}
        lines.append(f"network namespace {number}")
        for name, each in interfaces.items():
            if not each.get("master"):
                lines.append(f"  {_interface(name, each)}")
                lines += [
                    f"    └─ {_interface(port, one)}"
                    for port, one in interfaces.items()
                    if one.get("master") == name
                ]
        routes = space.get("routes", [])
        lines += [f"  route {each}" for each in routes] if isinstance(routes, list) else []
        for table, chains in as_tree(space.get("rules", {})).items():
            for chain, rules in as_tree(chains).items():
                if isinstance(rules, list):
                    lines += [f"  {table} {chain}: {rule}" for rule in rules]
    return "\n".join(lines)


def _interface(name: str, interface: Tree) -> str:
    address = interface.get("address") or "no address"
    return f"{name} ({interface['kind']})  {address}  {'up' if interface['up'] else 'down'}"


def _mount(value: Value) -> str:
    if not isinstance(value, dict):
        return str(value)
    flags = " ro" if value.get("read_only") else ""
    branches = value.get("branches")
    layers = "".join(f"\n      {each}" for each in branches) if isinstance(branches, list) else ""
    return f"{value['point']}  {value['kind']} {value['source']}{flags}{layers}"
