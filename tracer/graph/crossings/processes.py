"""Child processes: where one is started, which program it is, where in the tree that begins."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracer.golang import names
from tracer.golang.standard import is_standard
from tracer.golang.syntax import Pos
from tracer.golang.types.calls import CallSite
from tracer.golang.types.operands import (
    Composite,
    ElementOf,
    FieldValue,
    LiteralValue,
    Operand,
    Origin,
    ResultOf,
)
from tracer.graph.crossings.wiring import Entry, Wiring
from tracer.graph.edges import Edge, Place
from tracer.graph.rulebook import Child, Process

_CMD = "os/exec.Cmd"
STARTS = frozenset(f"(*{_CMD}).{name}" for name in ("CombinedOutput", "Output", "Run", "Start"))
_UNKNOWN = "the program is known only at run time"
_LOOK_PATH = ResultOf("os/exec.LookPath", 0)


@dataclass(eq=False, repr=False)
class Processes:
    """The child processes of a tree."""

    wiring: Wiring
    named: dict[str, tuple[Entry, ...]]  # the registry that each child's argv[0] is looked up in

    def callers(self) -> Iterator[str]:
        """The functions that may start a child of the tree."""
        for process in self.wiring.rules.processes:
            parent = self.wiring.resolution.body(process.parent)
            yield from dict.fromkeys(site.caller for site in parent.sites)
        for start in sorted(STARTS):
            for body in self.wiring.resolution.mentioning(start.rpartition(".")[2]):
                yield from dict.fromkeys(s.caller for s in body.sites if s.callee == start)

    def edges(self, caller: str, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        """Yield the processes that a function starts: those a rule names, or all it can tell."""
        declared = caller.partition("$")[0]
        ruled = [p for p in self.wiring.rules.processes if p.parent == declared]
        for process in ruled:
            chosen = self._program(process)
            for order, site in sites:
                if site.callee == process.start:
                    yield _edge(site, order, process.child, process.name, process.argv0, chosen)
        for order, site in () if ruled else sites:
            if site.callee in STARTS and site.receiver and site.receiver.origin:
                yield from self._started(order, site, site.receiver.origin)

    def _program(self, process: Process) -> tuple[Place, ...]:
        """Where the child's program is chosen, or who answers to the name that it is given."""
        if not process.program:
            return self._answering(process.argv0)
        flows = self.wiring.values.flows_into(FieldValue(_CMD, "Path"))
        found = {
            Place(f.file, f.pos.line)
            for f in flows
            if f.file.rpartition("/")[0].endswith(process.program)
        }
        return tuple(sorted(found, key=str))

    def _answering(self, argv0: str) -> tuple[Place, ...]:
        return tuple(e.place for entries in self.named.values() for e in entries if e.key == argv0)

    def _started(self, order: float, site: CallSite, command: Origin) -> Iterator[Edge]:
        """The children that a command may be: how it was made tells."""
        made = tuple(self._children(site, command))
        found: dict[tuple[str, str], Edge] = {}
        for child, key, evidence in made:
            if key:
                edge = _edge(site, order, _begin(child, key), child.name, key, evidence)
                found.setdefault((edge.callee, key), edge)
        if not made:
            self.wiring.unjoined[Place(site.file, site.line)] = _UNKNOWN
        yield from found.values()

    def _children(
        self, site: CallSite, command: Origin
    ) -> Iterator[tuple[Child, str, tuple[Place, ...]]]:
        children = self.wiring.rules.children
        made: dict[Origin, Child] = {ResultOf(child.make, 0): child for child in children}
        if command in made:  # exec.Command(…).Run()
            yield from self._made(made[command], site.file, site.pos, before=True)
        for source in self.wiring.values.trace(command):
            for flow in self.wiring.values.flows_into(source):
                if flow.source in made:
                    yield from self._made(made[flow.source], flow.file, flow.pos)
            if isinstance(source, LiteralValue):
                yield from self._literal(source)

    def _made(
        self, child: Child, file: str, pos: Pos, *, before: bool = False
    ) -> Iterator[tuple[Child, str, tuple[Place, ...]]]:
        """The call beside a place that makes a command, and the name it is given."""
        made = self._makers[child.make, file]
        index = bisect_right([s.pos for s in made], pos) - before
        if not 0 <= index < len(made) or len(made[index].args) <= child.key:
            return
        site = made[index]
        known = tuple(self._names(site.args[child.key]))
        if not known:
            self.wiring.unjoined[Place(site.file, site.line)] = _UNKNOWN
            yield child, "", ()
        for key, place in known:
            answering = self.named.get(child.registry, ())
            lines = tuple(e.place for e in answering if e.key == key)
            if not child.registry:
                yield child, key, (place or Place(site.file, site.line),)
            elif lines:
                yield child, key, lines
            else:
                here = Place(site.file, site.line)
                self.wiring.unjoined[here] = f"{child.registry} {key!r} is registered nowhere"

    def _names(self, program: Operand) -> Iterator[tuple[str, Place | None]]:
        """A program's name, and the line that looks it up where that is another."""
        if program.text is not None and "{}" not in program.text:
            yield program.text, None
            return
        sources = self.wiring.values.trace(program.origin) if program.origin else ()
        fields = [s for s in sources if isinstance(s, FieldValue)]
        if any(_is_library_field(source) for source in sources):
            return  # a library type's field, such as a URL's path, would be anybody's
        for field in fields:
            yield from self._field_texts(field)
        for source in sources:
            for flow in self.wiring.values.flows_into(source):
                if flow.source == _LOOK_PATH:
                    made = self._makers[_LOOK_PATH.callee, flow.file]
                    index = bisect_right([s.pos for s in made], flow.pos)
                    args = made[index].args if index < len(made) else ()
                    text = args[0].text if args else None
                    if text is not None and "{}" not in text:
                        yield text, Place(flow.file, made[index].line)

    def _field_texts(self, field: FieldValue) -> Iterator[tuple[str, Place]]:
        """The texts that literals of a struct keep in a field."""
        for body in self.wiring.resolution.mentioning(field.name):
            for literal in body.composites:
                kept = literal.element(field.name) if literal.type_name == field.owner else None
                if kept is not None and kept.operand.text and "{}" not in kept.operand.text:
                    yield kept.operand.text, Place(literal.literal.file, kept.pos.line)

    def _literal(self, literal: LiteralValue) -> Iterator[tuple[Child, str, tuple[Place, ...]]]:
        """A literal `exec.Cmd` whose program is the running one: argv[0] tells what it does."""
        command = self.wiring.composite(literal)
        path = command.origin("Path") if command else None
        if command is None or path is None:
            return
        sources = self.wiring.values.trace(path)
        for child in self.wiring.rules.children:
            if child.own_path and ResultOf(child.own_path, 0) in sources:
                for key in self._argv0(command):
                    for entry in self.named.get(child.registry, ()):
                        if entry.key == key:
                            yield child, key, (entry.place,)

    def _argv0(self, command: Composite) -> Iterator[str]:
        args = command.origin("Args")
        for source in self.wiring.values.trace(args) if args else ():
            listed = self.wiring.composite(source) if isinstance(source, LiteralValue) else None
            text = listed.text("0") if listed else None
            if text is not None:
                yield text

    @cached_property
    def _makers(self) -> dict[tuple[str, str], list[CallSite]]:
        """The calls that make a command or look up a program, by function and file, in order."""
        found: dict[tuple[str, str], list[CallSite]] = defaultdict(list)
        wanted = {child.make for child in self.wiring.rules.children} | {_LOOK_PATH.callee}
        for name in sorted({w.rpartition(".")[2] for w in wanted}):
            for body in self.wiring.resolution.mentioning(name):
                for site in body.sites:
                    if site.callee in wanted and site not in found[site.callee, site.file]:
                        found[site.callee, site.file].append(site)
        for sites in found.values():
            sites.sort(key=lambda s: s.pos)
        return found


def _is_library_field(origin: Origin) -> bool:
    while isinstance(origin, ElementOf):
        origin = origin.container
    return isinstance(origin, FieldValue) and is_standard(names.package_path(origin.owner))


def _begin(child: Child, key: str) -> str:
    return child.child or f"external:{key.rpartition('/')[2]}"


def _edge(
    site: CallSite, order: float, child: str, name: str, key: str, evidence: tuple[Place, ...]
) -> Edge:
    return Edge(
        site.caller,
        child,
        Place(site.file, site.line),
        site.pos,
        "process",
        order + 0.75,
        evidence,
        key,
        spawned=True,
        declared=name,
    )
