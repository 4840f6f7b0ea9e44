"""The shortest chain of edges between two functions that a run could take.

A function that calls what it was given (`utils.Go(f)`) is reached from many places with many
values.  Taken one by one, its edges join any caller with any other caller's value.  So the search
remembers through which call it came in, and follows only the values that this call passed.
That is one level of call strings: Sharir and Pnueli, "Two Approaches to Interprocedural Data Flow
Analysis", 1981, with k = 1.
"""

from collections.abc import Iterator
from typing import NamedTuple

import networkx as nx

from tracer.errors import NoRouteError
from tracer.golang import names
from tracer.golang.syntax import Pos
from tracer.golang.types.operands import ParameterOf
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge

_ARGV0 = "argv[0]"  # the registry that a process's own name is looked up in


class State(NamedTuple):
    """A function, the call through which it or the function around it was entered, its process."""

    function: str
    file: str = ""
    site: Pos = Pos(0, 0)
    argv0: str = ""  # the name that the process was started under; empty for the first


def route(graph: CallGraph, start: str, goal: str) -> tuple[Edge, ...]:
    """The shortest chain of edges between two functions, crossings included.

    Raises:
        NoRouteError: there is none.

    """
    chain, reached = _search(graph, start, goal, None)
    if not chain:
        callers = sorted({names.short(edge.caller) for edge in graph.callers(goal)})
        raise NoRouteError(names.short(start), names.short(goal), len(reached), callers)
    return chain


def find(graph: CallGraph, start: str, goal: str, reach: int) -> tuple[Edge, ...]:
    """The shortest chain of at most `reach` edges to a function that `goal` names, or none."""
    return _search(graph, start, goal, reach)[0]


def _search(
    graph: CallGraph, start: str, goal: str, reach: int | None
) -> tuple[tuple[Edge, ...], set[str]]:
    """The chain, and the functions that were reached on the way."""
    states: nx.DiGraph[State] = nx.DiGraph()
    first = State(start)
    states.add_node(first)
    level = [first]
    while level and (reach is None or reach > 0):
        below: list[State] = []
        for state in level:
            for edge, then in _next(graph, state):
                if then not in states:
                    below.append(then)
                    states.add_edge(state, then, edge=edge)
                if names.matches(goal, edge.callee):
                    return _chain(states, first, then), set()
        level, reach = below, None if reach is None else reach - 1
    return (), {state.function for state in states}


def _chain(states: "nx.DiGraph[State]", first: State, last: State) -> tuple[Edge, ...]:
    chain = nx.shortest_path(states, first, last)
    return tuple(states.edges[pair]["edge"] for pair in nx.utils.pairwise(chain))


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
