"""Draw a state of the machine as HTML: the page's panel, made the same way in the browser's Python.

What changed is marked by a sign and a word, not only by colour; every text is escaped.
"""

from collections.abc import Callable, Iterable, Iterator
from html import escape

from tracer.minidocker.recording import cables
from tracer.minidocker.recording.model import Change, Tree, Value, as_list, as_tree, cut

Path = tuple[str, ...]
SIGNS = {"new": "+", "changed": "~", "gone": "−"}  # noqa: RUF001 - a minus sign
SHOWN = 60  # characters of a command line


class Marks:
    """Which places of the state changed, and how."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.known: dict[Path, str] = {}
        self.gone: dict[Path, dict[str, Value]] = {}
        for change in changes:
            self._note(change)

    def _note(self, change: Change) -> None:
        first = self.known.get(change.path)
        if change.after is None:
            self.known.pop(change.path, None)
            if first != "new":  # what came and went meanwhile is not shown
                self.gone.setdefault(change.path[:-1], {})[change.path[-1]] = change.before
        elif first is None:
            self.known[change.path] = "new" if change.before is None else "changed"

    def of(self, *path: str) -> str:
        """How a place changed: itself, or with something around it."""
        return next((self.known[p] for p in _outwards(path) if p in self.known), "")

    def touches(self, *path: str) -> bool:
        """Say whether anything at a place or below it changed."""
        depth = len(path)
        return any(p[:depth] == path for p in (*self.known, *self.gone))

    def in_or_around(self, *path: str) -> str:
        """How a place changed: itself, with something around it, or in something below it."""
        return self.of(*path) or ("changed" if self.touches(*path) else "")


def panel(state: Tree, changes: Iterable[Change]) -> str:
    """Draw all parts: the processes, then what changed; the others follow, folded."""
    marks = Marks(changes)
    shown: dict[bool, list[str]] = {True: [], False: []}
    for title, draw, names in PARTS:
        changed = any(marks.touches(name) for name in names)
        opened = changed or draw is processes
        shown[opened].append(_part(title, draw(state, marks), names[0], changed, opened))
    rest = f'<div class="machine-rest">{"".join(shown[False])}</div>' if any(shown[False]) else ""
    return f'<div class="machine-parts">{"".join(shown[True])}{rest}</div>'


def _part(title: str, drawn: str, name: str, changed: bool, opened: bool) -> str:
    if not drawn:
        return ""
    note = ' <span class="note">changed</span>' if changed else ""
    css = f"{name}{' opened' if opened else ''}"
    return (
        f'<details class="{css}"{" open" if opened else ""}>'
        f"<summary>{title}{note}</summary>{drawn}</details>"
    )


def processes(state: Tree, marks: Marks) -> str:
    """Draw the tree of processes, and what each has to itself."""
    known = as_tree(state["processes"])
    first = as_tree(as_tree(known.get("1")).get("namespaces"))
    gone = [
        _item(escape(f"{pid} {_words(as_tree(value))}"), "gone")
        for pid, value in marks.gone.get(("processes",), {}).items()
    ]
    return _list([*_children(state, known, 0, first, marks), *gone])


def _children(state: Tree, known: Tree, parent: int, outer: Tree, marks: Marks) -> Iterator[str]:
    for pid, value in known.items():
        process = as_tree(value)
        if process.get("parent") == parent:
            own = as_tree(process.get("namespaces"))
            new = {kind: number for kind, number in own.items() if outer.get(kind) != number}
            text = f"<b>{pid}</b> {escape(_words(process))}{_notes(state, process, own, new)}"
            below = _list([*_children(state, known, int(pid), own, marks)])
            yield _item(text, marks.in_or_around("processes", pid), below)


def _words(process: Tree) -> str:
    words = process.get("argv")
    text = " ".join(map(str, words)) if isinstance(words, list) else ""
    return cut(text, SHOWN)


def _notes(state: Tree, process: Tree, own: Tree, new: Tree) -> str:
    notes = []
    pids = process.get("pids")
    if isinstance(pids, list) and len(pids) > 1:
        notes.append(f"inside it is pid <b>{pids[-1]}</b>")
    if new:
        notes.append("own " + " ".join(f"{kind}&nbsp;<b>{n}</b>" for kind, n in new.items()))
    if "uts" in new:
        notes.append(f"hostname {escape(str(as_tree(state['hosts']).get(str(own['uts']), '')))}")
    notes += [f"user {process['uid']}"] if process.get("uid") else []
    notes += [escape(str(process["state"]))] if "state" in process else []
    notes += [f"ended, status {process['status']}"] if "status" in process else []
    return f'<br><span class="ns">{" · ".join(notes)}</span>' if notes else ""


def cgroups(state: Tree, marks: Marks) -> str:
    """Draw the groups of each hierarchy that has any."""
    items = []
    for hierarchy, value in as_tree(state["cgroups"]).items():
        groups = [
            _item(
                f"{escape(path)} {_settings(as_tree(group))}",
                marks.in_or_around("cgroups", hierarchy, path),
            )
            for path, group in as_tree(value).items()
        ]
        groups += [
            _item(escape(path), "gone") for path in marks.gone.get(("cgroups", hierarchy), {})
        ]
        if groups:
            items.append(_item(f"<b>{escape(hierarchy)}</b>", "", _list(groups)))
    return _list(items)


def _settings(group: Tree) -> str:
    members = group.get("members")
    shown = [f"PID {', '.join(map(str, members))}"] if isinstance(members, list) and members else []
    shown += [f"{name} {value}" for name, value in group.items() if name != "members"]
    return f'<span class="ns">{escape(" · ".join(shown))}</span>'


def mounts(state: Tree, marks: Marks) -> str:
    """Draw the mount tables; of later namespaces only what the first does not have."""
    items, first = [], set[str]()
    for number, value in as_tree(state["mounts"]).items():
        rows, texts = [], []
        for id_, mount in as_tree(value).items():
            text = _mount(mount)
            texts.append(text)
            if text not in first:
                rows.append(_item(text, marks.of("mounts", number, id_), _branches(mount)))
        rows += [
            _item(_mount(mount), "gone")
            for mount in marks.gone.get(("mounts", number), {}).values()
        ]
        first = first or set(texts)
        items.append(
            _item(f"mount namespace <b>{number}</b>", marks.of("mounts", number), _list(rows))
        )
    return _list(items)


def _mount(value: Value) -> str:
    if not isinstance(value, dict):
        return escape(str(value))
    note = f"{value['kind']} {value['source']}"
    note += " read-only" if value.get("read_only") else ""
    return f'{escape(str(value["point"]))} <span class="ns">{escape(note)}</span>'


def _branches(value: Value) -> str:
    branches = value.get("branches") if isinstance(value, dict) else None
    if not isinstance(branches, list):
        return ""
    return _list([_item(escape(str(branch)), "") for branch in branches])


def network(state: Tree, marks: Marks) -> str:
    """Draw the network, and list the routes and rules of each namespace."""
    spaces = {number: as_tree(value) for number, value in as_tree(state["network"]).items()}
    lists = []
    for number, space in spaces.items():
        lines = [escape(str(route)) for route in as_list(space.get("routes"))]
        for table, chains in as_tree(space.get("rules")).items():
            for chain, rules in as_tree(chains).items():
                lines += [escape(f"{table} {chain}: {rule}") for rule in as_list(rules)]
        if lines:
            title = f"network namespace <b>{number}</b>: routes and rules"
            lists.append(_item(title, "", _list([_item(line, "") for line in lines])))
    drawn = cables.draw(
        spaces,
        {path[1:]: how for path, how in marks.known.items() if path[0] == "network"},
        _users(state),
    )
    return drawn + _list(lists)


def _users(state: Tree) -> dict[str, str]:
    """Say which processes are in each network namespace."""
    found: dict[str, list[str]] = {}
    for pid, value in as_tree(state["processes"]).items():
        process = as_tree(value)
        if "status" not in process:
            space = str(as_tree(process.get("namespaces")).get("net"))
            found.setdefault(space, []).append(pid)
    return {space: f"PID {', '.join(pids)}" for space, pids in found.items()}


def files(state: Tree, marks: Marks) -> str:
    """List the files that changed, with their content; the others are counted."""
    known = as_tree(state["files"])
    items = [
        _item(f"{escape(path)}{_content(content)}", marks.of("files", path))
        for path, content in known.items()
        if marks.of("files", path)
    ]
    items += [_item(escape(path), "gone") for path in marks.gone.get(("files",), {})]
    others = len(known) - sum(bool(marks.of("files", path)) for path in known)
    note = f'<p class="ns">{others} other files and directories</p>' if others else ""
    return _list(items) + note


def _content(content: Value) -> str:
    return f"<pre>{escape(str(content))}</pre>" if content else ""


def memory(state: Tree, marks: Marks) -> str:
    """Show what the daemon keeps in its memory."""
    return _list(
        [
            _item(f"in PID <b>{pid}</b>", "", _nested(as_tree(value), ("memory", pid), marks))
            for pid, value in as_tree(state["memory"]).items()
        ]
    )


def _nested(value: Tree, path: Path, marks: Marks) -> str:
    items = []
    for name, each in value.items():
        below = (*path, name)
        if isinstance(each, dict):
            items.append(_item(escape(name), marks.of(*below), _nested(each, below, marks)))
        elif each not in ("", None, [], False, 0) or marks.of(*below):
            items.append(_item(f"{escape(name)} <b>{escape(_plain(each))}</b>", marks.of(*below)))
    items += [_item(escape(name), "gone") for name in marks.gone.get(path, {})]
    return _list(items)


def _plain(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _item(text: str, how: str, below: str = "") -> str:
    if not how:
        return f"<li>{text}{below}</li>"
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[how]}</span>'
    tag = "del" if how == "gone" else "ins"
    return (
        f'<li class="{how}">{sign}<{tag}>{text}</{tag}> <span class="how">{how}</span>{below}</li>'
    )


def _list(items: Iterable[str]) -> str:
    inner = "".join(items)
    return f"<ul>{inner}</ul>" if inner else ""


def _outwards(path: Path) -> Iterator[Path]:
    for length in range(len(path), 0, -1):
        yield path[:length]


PARTS: tuple[tuple[str, Callable[[Tree, Marks], str], Path], ...] = (
    ("Processes", processes, ("processes", "hosts")),
    ("Control groups", cgroups, ("cgroups",)),
    ("Mounts", mounts, ("mounts",)),
    ("Network", network, ("network",)),
    ("Files on disk", files, ("files",)),
    ("What the daemon keeps in memory", memory, ("memory",)),
)
