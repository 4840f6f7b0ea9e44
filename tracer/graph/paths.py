"""A path: the ordered walk of a call tree through given stops.

A stop names a function; the hop to it is found in the graph.  Where a stop is called from follows
from what was visited before: the walk keeps the calls that have not returned, one stack for each
goroutine or process, and looks from the innermost call outwards for a call that has not been used.
Order is run order: a call is looked for after the one that the same caller made last.
A stop that no live call reaches directly is reached by the shortest chain of edges.

Hops on a branch are looked for likewise, but do not move the main line on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from tracer.golang import names
from tracer.golang.names import Names
from tracer.graph import routes
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge
from tracer.graph.rulebook import layer

_REACH = 5  # calls that may be left out between two stops


class Stop(msgspec.Struct, frozen=True):
    """A function to visit, by any unambiguous suffix of its name."""

    visit: str
    branch: str = ""  # empty on the main line
    caller: str = ""  # where it matters: who calls it; one not visited yet begins a new stack
    key: str = ""  # where it matters: which key of a registry
    nth: int = 1  # where a caller has several such calls: which; the last where it has fewer


class Hop(msgspec.Struct, frozen=True):
    """One edge as a path uses it."""

    edge: Edge
    layer_from: str
    layer_to: str
    branch: str
    stop: int | None  # the index of the stop it leads to; None on the way to one
    depth: int  # calls that have not returned, on its stack
    process: int  # 0 for the first process, counted as processes start


class Path(msgspec.Struct, frozen=True):
    """The hops in order, and the stops that were not found."""

    start: str
    hops: tuple[Hop, ...]
    missing: tuple[int, ...]  # indices of stops


@dataclass(eq=False, repr=False)
class _Frame:
    """A call that has not returned."""

    function: str
    branch: str
    position: float = -1.0  # the order of the last edge used on the main line
    used: set[Edge] = field(default_factory=set)


@dataclass(eq=False, repr=False)
class _Stack:
    """The calls of one goroutine or process."""

    frames: list[_Frame]
    process: int
    in_init: bool = False  # runs in a child that begins in the init layer


def walk(graph: CallGraph, stops: Sequence[Stop]) -> Path:
    """Walk through stops; the first is where the path begins."""
    walker = _Walker(graph)
    start = walker.begin(stops[0].visit, stops[0].branch)
    hops: list[Hop] = []
    missing: list[int] = [] if start else [0]
    for index, stop in enumerate(stops[1:], 1):
        chain = walker.step(stop)
        hops.extend(chain)
        if chain:
            hops[-1] = _at_stop(hops[-1], index)
        else:
            missing.append(index)
    return Path(start, tuple(hops), tuple(missing))


def follow(graph: CallGraph, edges: Sequence[Edge]) -> Path:
    """Make a path of a chain of edges."""
    walker = _Walker(graph)
    start = walker.begin(edges[0].caller, "")
    hops = []
    for index, edge in enumerate(edges, 1):
        stack = walker.stacks[0]
        hops.append(_at_stop(walker.take(stack, stack.frames[-1], edge, ""), index))
    return Path(start, tuple(hops), ())


@dataclass(eq=False, repr=False)
class _Walker:
    """The calls that have not returned; the stack used last comes first."""

    graph: CallGraph
    stacks: list[_Stack] = field(default_factory=list)
    processes: int = 0
    # All that so many edges lead to from a function; known after a search in vain.
    reached: dict[tuple[str, int], Names] = field(default_factory=dict)

    def begin(self, visit: str, branch: str) -> str:
        """Start a stack with a function that nothing visited calls."""
        base, dollar, closure = visit.partition("$")
        found = names.find(base, self.graph.resolution.names)
        if len(found) != 1:
            return ""
        self.stacks.insert(0, _Stack([_Frame(found[0] + dollar + closure, branch)], 0))
        return found[0] + dollar + closure

    def step(self, stop: Stop) -> list[Hop]:
        """Find the hops to one stop; none where nothing leads there."""
        if stop.caller and not self._live(stop):
            self.begin(stop.caller, stop.branch)
        # Forward first: a loop or an alternative may go back.  A call of a function value comes
        # after what is certain: the crossing that a rule proves beats the map it is kept in.
        for again in (False, True):
            for vague in (False, True):
                for stack, frame in self._live(stop):
                    edge = self._edge(frame, stop, again=again, vague=vague)
                    if edge is not None:
                        return [self.take(stack, frame, edge, stop.branch)]
        return self._chain(stop)

    def take(self, stack: _Stack, frame: _Frame, edge: Edge, branch: str) -> Hop:
        """Follow an edge: what was called above the frame has returned."""
        self.stacks.remove(stack)
        self.stacks.insert(0, stack)
        depth = stack.frames.index(frame) + 1
        frame.used.add(edge)
        if not branch:
            frame.position = max(frame.position, edge.order)
        del stack.frames[depth:]
        inside = self._spawn(stack, edge, branch)
        from_, to = self._layer(edge.caller, stack), self._layer(edge.callee, inside)
        return Hop(edge, from_, to, branch, None, depth, stack.process)

    def _spawn(self, stack: _Stack, edge: Edge, branch: str) -> _Stack:
        """Put the callee on its stack, a new one for a goroutine or a process."""
        callee = _Frame(edge.callee, branch)
        if not edge.spawned:
            stack.frames.append(callee)
            return stack
        spawned = _Stack([callee], stack.process, stack.in_init)
        if edge.kind == "process":
            self.processes += 1
            spawned.process = self.processes
            spawned.in_init = layer(self.graph.rules, edge.callee) == "init"
        self.stacks.insert(0, spawned)
        return spawned

    def _layer(self, function: str, stack: _Stack) -> str:
        """A function's layer; in the child process the libraries work for init."""
        found = layer(self.graph.rules, function)
        return "init" if stack.in_init and found != "kernel" else found

    def _live(self, stop: Stop) -> list[tuple[_Stack, _Frame]]:
        """The calls that have not returned, innermost first; the main line ignores branches."""
        return [
            (stack, frame)
            for stack in self.stacks
            for frame in reversed(stack.frames)
            if (stop.branch or not frame.branch)
            and (not stop.caller or names.matches(stop.caller, frame.function))
        ]

    def _edge(self, frame: _Frame, stop: Stop, *, again: bool, vague: bool) -> Edge | None:
        found = [
            edge
            for edge in self.graph.edges(frame.function)
            if names.matches(stop.visit, edge.callee)
            and (again or edge.order >= frame.position)
            and (vague or edge.kind != "funcvalue")
            and edge not in frame.used
            and (not stop.key or edge.key == stop.key)
        ]
        return found[min(stop.nth, len(found)) - 1] if found else None

    def _chain(self, stop: Stop) -> list[Hop]:
        best: tuple[_Stack, _Frame, tuple[Edge, ...]] | None = None
        for stack, frame in self._live(stop):
            budget = _REACH if best is None else len(best[2]) - 1
            chain = self._route(frame.function, stop.visit, budget)
            if chain and chain[0] not in frame.used:
                best = (stack, frame, chain)
        return list(self._take_all(*best, stop.branch)) if best else []

    def _route(self, start: str, goal: str, reach: int) -> tuple[Edge, ...]:
        """A chain of edges, if any; after a search in vain, all that it can lead to is known."""
        within = self.reached.get((start, reach))
        if within is not None and not names.find(goal, within):
            return ()
        chain, found = routes.find(self.graph, start, goal, reach)
        if not chain:
            self.reached[start, reach] = found
        return chain

    def _take_all(
        self, stack: _Stack, frame: _Frame, chain: tuple[Edge, ...], branch: str
    ) -> Iterator[Hop]:
        for edge in chain:
            yield self.take(stack, frame, edge, branch)
            stack = self.stacks[0]
            frame = stack.frames[-1]


def _at_stop(hop: Hop, index: int) -> Hop:
    return Hop(hop.edge, hop.layer_from, hop.layer_to, hop.branch, index, hop.depth, hop.process)
