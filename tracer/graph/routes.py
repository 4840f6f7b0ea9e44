"""Chains of edges between two functions that a run could take: the shortest, and others.

A function that calls what it was given (`utils.Go(f)`) is reached from many places with many
values.  Taken one by one, its edges join any caller with any other caller's value.  So the search
remembers through which call it came in, and follows only the values that this call passed.
That is one level of call strings: Sharir and Pnueli, "Two Approaches to Interprocedural Data Flow
Analysis", 1981, with k = 1.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tracer.errors import NoRouteError
from tracer.golang import names
from tracer.golang.names import Names
from tracer.golang.syntax import Pos
from tracer.golang.types.operands import ParameterOf
from tracer.graph import trails
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge
from tracer.graph.trails import Levels

_ARGV0 = "argv[0]"  # the registry that a process's own name is looked up in
_ALTERNATIVES = 3
_LONGER = 6  # edges that an alternative may have more than the shortest
_SEARCHES = 16  # searches for alternatives

_STATES = 20_000  # states that one of them looks at

Chain = tuple[Edge, ...]


class State(NamedTuple):
    """A function, the call through which it or the function around it was entered, its process."""

    function: str
    file: str = ""
    site: Pos = Pos(0, 0)
    argv0: str = ""  # the name that the process was started under; empty for the first


class Limits(NamedTuple):
    """What a search keeps to."""

    edges: float = float("inf")  # of a chain
    states: float = float("inf")  # that it looks at
    avoided: frozenset[str] = frozenset()  # functions that no chain may pass


_NONE = Limits()


def route(graph: CallGraph, start: str, goal: str) -> Chain:
    """The shortest chain of edges between two functions, crossings included.

    Raises:
        NoRouteError: there is none.

    """
    chain, levels = _search(graph, start, goal)
    if not chain:
        end = trails.ends(graph, levels, goal)
        shown = names.short(start), names.short(goal)
        users = end.callers, end.givers
        raise NoRouteError(*shown, end.reached, users, end.deepest, end.gaps)
    return chain


def find(graph: CallGraph, start: str, goal: str, reach: int) -> tuple[Chain, Names]:
    """The shortest chain of at most `reach` edges to a function that `goal` names.

    Where there is none, the functions that so many edges lead to.
    """
    chain, levels = _search(graph, start, goal, Limits(reach))
    return chain, Names(function for level in levels for function in level)


def alternatives(graph: CallGraph, first: Chain) -> tuple[Chain, ...]:
    """Other chains between the ends of the shortest, by length, each with a choice of its own.

    A choice is a function that control reaches by a crossing or as one of several.  The shortest
    chain without one of them is the next candidate, and so on, after Yen, "Finding the K Shortest
    Loopless Paths in a Network", 1971.  Chains that make the same choices count as one.
    """
    start, goal, longest = first[0].caller, first[-1].callee, len(first) + _LONGER
    pending: list[tuple[Chain, frozenset[str]]] = [(first, frozenset())]
    tried: dict[frozenset[str], bool] = {}  # what was avoided → whether there was a chain
    seen, found = {_choices(first)}, list[Chain]()
    while pending and len(found) <= _ALTERNATIVES:
        chain, without = pending.pop(0)
        found.append(chain)
        for avoided in (without | {choice} for choice in _choices(chain)):
            vain = any(less <= avoided for less, arrived in tried.items() if not arrived)
            if vain or avoided in tried or len(tried) == _SEARCHES:
                continue
            other = _search(graph, start, goal, Limits(longest, _STATES, avoided))[0]
            tried[avoided] = bool(other)
            if other and _choices(other) not in seen:
                seen.add(_choices(other))
                pending.append((other, avoided))
        pending.sort(key=lambda pair: len(pair[0]))
    return tuple(found[1 : _ALTERNATIVES + 1])


def _choices(chain: Chain) -> tuple[str, ...]:
    """What a chain chose; where it never could, all that lies between its ends."""
    between = chain[:-1]
    chosen = tuple(edge.callee for edge in between if edge.certainty != "certain")
    return chosen or tuple(edge.callee for edge in between)


def _search(
    graph: CallGraph, start: str, goal: str, limits: Limits = _NONE
) -> tuple[Chain, Levels]:
    """The chain, and where there is none the functions that were reached, by distance."""
    first = State(start)
    came: dict[State, tuple[State, Edge] | None] = {first: None}
    levels = [[first]]
    while levels[-1] and len(levels) <= limits.edges and len(came) < limits.states:
        levels.append([])
        for state in levels[-2]:
            for edge, then in _next(graph, state):
                if names.matches(goal, edge.callee):
                    return (*_chain(came, state), edge), ()
                if then not in came and edge.callee not in limits.avoided:
                    came[then] = state, edge
                    levels[-1].append(then)
    return (), tuple(tuple(dict.fromkeys(s.function for s in level)) for level in levels)


def _chain(came: Mapping[State, tuple[State, Edge] | None], last: State) -> Chain:
    chain: list[Edge] = []
    while (step := came[last]) is not None:
        last, edge = step
        chain.append(edge)
    return tuple(reversed(chain))


def _next(graph: CallGraph, state: State) -> Iterator[tuple[Edge, State]]:
    for edge in graph.edges(state.function):
        if _passed(graph, state, edge):
            around = edge.callee.startswith(f"{state.function}$")
            came = (state.file, state.site) if around else (edge.at.file, edge.site)
            argv0 = edge.key if edge.kind == "process" else state.argv0
            yield edge, State(edge.callee, *came, argv0)


def _passed(graph: CallGraph, state: State, edge: Edge) -> bool:
    """Say whether a value called here is one that the entering call passed, as far as it tells."""
    if edge.declared == _ARGV0 and state.argv0 not in ("", edge.key):
        return False
    if edge.kind == "funcvalue" and state.function in graph.crossings.runners:
        return False
    if not state.file or edge.origin is None:
        return True
    declared = state.function.partition("$")[0]
    flows = [
        flow
        for source in graph.values.trace(edge.origin)
        if isinstance(source, ParameterOf) and source.function in {state.function, declared}
        for parameter in graph.values.same_parameter(source)
        for flow in graph.values.flows_into(parameter)
        if (flow.file, flow.pos) == (state.file, state.site)
    ]
    return not flows or any(edge.callee in graph.values.functions(f.source) for f in flows)
