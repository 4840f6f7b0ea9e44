"""Say in plain words what a change is: for text, and for people who hear the page."""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tracer.minidocker.recording.model import Change, Tree, Value, as_list, cut

KINDS = {"mnt": "mount", "uts": "uts", "ipc": "ipc", "pid": "pid", "net": "network"}


def say(changes: Iterable[Change]) -> tuple[str, ...]:
    """Give one sentence for each change; several of one place, one after the other, are one."""
    merged: list[Change] = []
    for change in changes:
        if merged and merged[-1].path == change.path:
            merged[-1] = replace(merged[-1], after=change.after)
        else:
            merged.append(change)
    return tuple(sentence for change in merged for sentence in _say(change))


def _say(change: Change) -> Iterator[str]:
    section, *path = change.path
    yield from SECTIONS[section](tuple(path), change.before, change.after)


def _processes(path: tuple[str, ...], before: Value, after: Value) -> Iterator[str]:
    match path, after:
        case (pid,), dict():
            inside = _inside(after)
            yield f"PID {pid} was started by PID {after['parent']}{inside}."
        case (pid,), None:
            yield f"PID {pid} is gone: its parent has waited for it."
        case (pid, "argv"), list():
            yield f"PID {pid} became {' '.join(map(str, after))}."
        case (pid, "namespaces", kind), _:
            yield f"PID {pid} joined {KINDS.get(kind, kind)} namespace {after}."
        case (pid, "status"), _:
            yield f"PID {pid} ended {_status(after)}."
        case (pid, "state"), None:
            yield f"PID {pid} is no longer {before}."
        case (pid, "state"), _:
            yield f"PID {pid} is now {after}."
        case (pid, "parent"), _:
            yield f"PID {pid} lost its parent PID {before}; its parent is now PID {after}."
        case (pid, "uid"), _:
            yield f"PID {pid} now runs as user {after}."
        case (pid, "capabilities"), _:
            yield f"PID {pid} has {after} capabilities (had {before})."
        case (pid, *rest), _:
            yield f"PID {pid}: {' '.join(rest)} is now {_short(after)}."
        case _:  # a whole section never changes at once
            pass


def _hosts(path: tuple[str, ...], before: Value, after: Value) -> Iterator[str]:
    number = path[0]
    if before is None:
        yield f"uts namespace {number} was made; its hostname is {after}."
    elif after is None:
        yield f"uts namespace {number} is gone with its last process."
    else:
        yield f"The hostname in uts namespace {number} is now {after}."


def _mounts(path: tuple[str, ...], before: Value, after: Value) -> Iterator[str]:
    match path, before, after:
        case (space,), None, dict():
            yield f"mount namespace {space} was made, with a copy of {_count(after, 'mount')}."
        case (space,), _, None:
            yield f"mount namespace {space} is gone with its last process."
        case (space, _), None, _:
            yield f"In mount namespace {space}: mounted {_mount(after)}."
        case (space, _), _, None:
            yield f"In mount namespace {space}: unmounted {_mount(before)}."
        case (space, number, "read_only"), _, True:
            yield f"In mount namespace {space}: mount {number} can only be read now."
        case (space, *_), _, _:
            yield f"In mount namespace {space}: {_mount(before)} is now {_mount(after)}."
        case _:  # a whole section never changes at once
            pass


def _cgroups(path: tuple[str, ...], before: Value, after: Value) -> Iterator[str]:
    match path, after:
        case (hierarchy, group), dict():
            yield f"The {hierarchy} group {group} was made."
        case (hierarchy, group), None:
            yield f"The {hierarchy} group {group} was removed."
        case (hierarchy, group, "members"), list():
            yield from _members(f"{hierarchy} group {group}", as_list(before), after)
        case (hierarchy, group, setting), None:
            yield f"In the {hierarchy} group {group}, {setting} is gone."
        case (hierarchy, group, setting), _:
            yield f"In the {hierarchy} group {group}, {setting} is now {_short(after)}."
        case _:  # a whole section never changes at once
            pass


def _members(group: str, before: list[Value], after: list[Value]) -> Iterator[str]:
    for pid in after:
        if pid not in before:
            yield f"PID {pid} joined the {group}."
    for pid in before:
        if pid not in after:
            yield f"PID {pid} left the {group}."


def _network(path: tuple[str, ...], before: Value, after: Value) -> Iterator[str]:
    match path, before, after:
        case (space,), None, dict():
            yield f"network namespace {space} was made, with {_names(after)}."
        case (space,), _, None:
            yield f"network namespace {space} is gone with its last process."
        case (space, "interfaces", name), None, dict():
            yield f"Interface {name} ({after['kind']}) appeared in network namespace {space}."
        case (space, "interfaces", name), _, None:
            yield f"Interface {name} left network namespace {space}."
        case (space, "interfaces", name, "up"), _, _:
            yield f"Interface {name} in network namespace {space} is {'up' if after else 'down'}."
        case (space, "interfaces", name, "master"), _, _:
            plugged = f"plugged into {after}" if after else "unplugged"
            yield f"Interface {name} in network namespace {space} was {plugged}."
        case (space, "interfaces", name, what), _, _:
            yield f"Interface {name} in network namespace {space}: {what} is now {_short(after)}."
        case (space, "rules", table, chain), _, _:
            yield from _rules(f"{table} {chain} of network namespace {space}", before, after)
        case (space, *what), _, _:
            yield f"network namespace {space}: {' '.join(what)} is now {_short(after)}."
        case _:  # a whole section never changes at once
            pass


def _rules(chain: str, before: Value, after: Value) -> Iterator[str]:
    if after is None:
        yield f"The chain {chain} was removed."
        return
    if before is None:
        yield f"The chain {chain} was made."
    for rule in as_list(after):
        if rule not in as_list(before):
            yield f"Rule added to {chain}: {rule}."
    for rule in as_list(before):
        if rule not in as_list(after):
            yield f"Rule taken from {chain}: {rule}."


def _files(path: tuple[str, ...], before: Value, after: Value) -> Iterator[str]:
    name = path[0]
    what = "Directory" if name.endswith("/") else "File"
    shown = posixpath.normpath(name)
    if after is None:
        yield f"{what} {shown} was removed."
    elif before is None:
        yield f"{what} {shown} was made."
    elif name.endswith("/"):
        yield f"Programs were put into {shown}, or taken from it."
    else:
        yield f"File {shown} was written."


def _memory(path: tuple[str, ...], before: Value, after: Value) -> Iterator[str]:
    pid, *what = path
    if not what:
        yield f"PID {pid} {'lost all it knew' if after is None else 'began to keep its state'}."
        return
    name = " ".join(what)
    if after is None:
        yield f"PID {pid} forgot {name}."
    elif before is None:
        what_it_is = "" if isinstance(after, dict) else f": {_short(after)}"
        yield f"PID {pid} now knows {name}{what_it_is}."
    else:
        yield f"PID {pid}: {name} is now {_short(after)}."


def _inside(process: Tree) -> str:
    pids = as_list(process["pids"])
    return f"; it is PID {pids[-1]} inside its own pid namespace" if len(pids) > 1 else ""


def _status(status: Value) -> str:
    if isinstance(status, int) and status < 0:
        return f"by signal {-status}"
    return f"with status {status}"


def _mount(value: Value) -> str:
    if not isinstance(value, dict):
        return str(value)
    return f"{value['kind']} on {value['point']}"


def _names(network: Tree) -> str:
    interfaces = network.get("interfaces")
    return ", ".join(interfaces) if isinstance(interfaces, dict) else "nothing"


def _count(values: Tree, what: str) -> str:
    return f"{len(values)} {what}{'' if len(values) == 1 else 's'}"


def _short(value: Value) -> str:
    return cut("; ".join(str(value).split("\n")).strip("; "), 60)


SECTIONS: dict[str, Callable[[tuple[str, ...], Value, Value], Iterator[str]]] = {
    "processes": _processes,
    "hosts": _hosts,
    "mounts": _mounts,
    "cgroups": _cgroups,
    "network": _network,
    "files": _files,
    "memory": _memory,
}
