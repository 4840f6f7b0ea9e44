"""Hold a recorded run of the twin against the call graph: does it go where the Go code goes.

Rules:

* way: where one twin enters another, the Go graph must have a way from the one function to the
  other that runs only through functions without a twin;
* order: the twins that one entry of a twin calls must come in the order of the Go call sites.
  A loop may go back to a call site that stands in the same loop. Two arms of one branch exclude
  each other, but in a loop. Calls may be left out: that is a branch not taken.
* What a goroutine or a new process does is not ordered against what its starter does next.
* A closure that only the standard library calls (`filepath.Walk` does) is called where it stands.

* A method that nobody in the tree calls is called by the library, through an interface of its own
  (the Write of what io.Copy is given): it may be entered from anywhere.

An entry that nothing recorded has started (the first function of a process, a request that arrives)
has no caller to compare with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracer.golang import names
from tracer.golang.syntax import Pos
from tracer.graph.callgraph import CallGraph
from tracer.graph.families import sequence
from tracer.graph.families.sequence import Turn
from tracer.minidocker.recording.model import Recording, Step


@dataclass(frozen=True, slots=True)
class Way:
    """A call site of a function from which another twin is reached."""

    order: float
    site: Pos


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The run does what the Go code does not."""

    caller: str
    callee: str
    problem: str
    step: int  # of the recording

    def __str__(self) -> str:
        return f"{names.short(self.caller)} → {names.short(self.callee)}: {self.problem}"


@dataclass(eq=False, repr=False)
class Ways:
    """How twins reach one another in the Go graph, worked out when asked."""

    graph: CallGraph
    twinned: frozenset[str]
    behind: dict[str, frozenset[str]] = field(default_factory=dict)
    known: dict[str, dict[str, tuple[Way, ...]]] = field(default_factory=dict)
    placed: dict[str, dict[Pos, Turn]] = field(default_factory=dict)
    called: dict[str, bool] = field(default_factory=dict)

    def of(self, caller: str) -> dict[str, tuple[Way, ...]]:
        """The twins that a function reaches without passing another, each with its call sites."""
        if caller not in self.known:
            found: dict[str, list[Way]] = {}
            for edge in self.graph.edges(caller):
                way = Way(edge.order, edge.site)
                for twin in self._reached(edge.callee):
                    found.setdefault(twin, []).append(way)
            for closure, way in self._closures(caller):
                for twin in self._reached(closure):
                    found.setdefault(twin, []).append(way)
            self.known[caller] = {twin: tuple(ways) for twin, ways in found.items()}
        return self.known[caller]

    def turns(self, function: str) -> dict[Pos, Turn]:
        """Where each call of a function or closure stands: in which branches and loops."""
        if function not in self.placed:
            declared = self.graph.resolution.functions.get(function.partition("$")[0])
            body = declared.decl.body if declared is not None else None
            self.placed[function] = sequence.turns(body.block) if body is not None else {}
        return self.placed[function]

    def is_called(self, function: str) -> bool:
        """Say whether something in the tree calls a function, or it is no method."""
        if function not in self.called:
            is_method = function.startswith("(") and "$" not in function
            self.called[function] = not is_method or bool(self.graph.callers(function))
        return self.called[function]

    def _reached(self, function: str) -> frozenset[str]:
        """The twins behind a function: itself, or those it reaches."""
        if function in self.twinned:
            return frozenset({function})
        if function not in self.behind:
            found, seen, pending = set[str](), {function}, [function]
            while pending:
                current = pending.pop()
                for callee in self._callees(current):
                    if callee in self.twinned:
                        found.add(callee)
                    elif callee not in seen:
                        seen.add(callee)
                        pending.append(callee)
            self.behind[function] = frozenset(found)
        return self.behind[function]

    def _callees(self, function: str) -> Iterator[str]:
        for edge in self.graph.edges(function):
            yield edge.callee
        for closure, _ in self._closures(function):
            yield closure

    def _closures(self, function: str) -> Iterator[tuple[str, Way]]:
        """The closures made in a body, each where the call that it is passed to stands."""
        declared = function.partition("$")[0] in self.graph.resolution.functions
        if not declared:
            return
        sites = self.graph.sites(function)
        for closure in self.graph.resolution.body(function).closures:
            if closure.parent == function:
                start = closure.pos
                around = [(order, site.pos) for order, site in sites if site.pos <= start]
                yield closure.name, Way(*max(around, key=_site, default=(0.0, start)))


def check(ways: Ways, recording: Recording) -> tuple[Disagreement, ...]:
    """Hold every entry of a twin against its caller's ways and their order."""
    called: dict[int, list[Step]] = {}
    for step in recording.steps:
        if step.parent is not None:
            called.setdefault(step.parent, []).append(step)
    return tuple(
        found
        for caller in recording.steps
        for found in _children(ways, caller, called.get(caller.index, ()))
    )


def _children(ways: Ways, caller: Step, children: Sequence[Step]) -> Iterator[Disagreement]:
    known = ways.of(caller.go_name)
    turns = ways.turns(caller.go_name)
    positions: tuple[Way, ...] = ()
    for child in children:
        found = known.get(child.go_name)
        if found is None and not ways.is_called(child.go_name):
            continue
        if found is None:
            problem = "the Go code has no way without passing another twin"
            yield Disagreement(caller.go_name, child.go_name, problem, child.index)
            continue
        if child.task != caller.task:
            continue
        reached = tuple(
            way for way in found if not positions or any(_may(turns, p, way) for p in positions)
        )
        if not reached:
            problem = "called out of the order of the Go call sites"
            yield Disagreement(caller.go_name, child.go_name, problem, child.index)
        positions = reached or found


def _may(turns: dict[Pos, Turn], first: Way, second: Way) -> bool:
    """Say whether the second call site may come after the first in one run of the body."""
    one, other = turns.get(first.site), turns.get(second.site)
    if one is not None and other is not None:
        if other.deferred or set(one.loops) & set(other.loops):
            return True
        if first.order < second.order and first.site != second.site:
            is_argument = first.site > second.site  # it runs before the call that it is passed to
            return is_argument or sequence.sequential(one, other) or first.order % 1 != 0
    return first.order <= second.order


def _site(placed: tuple[float, Pos]) -> Pos:
    return placed[1]
