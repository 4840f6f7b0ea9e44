"""Why a search ended: what the functions it reached do that no edge tells."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from tracer.golang import names
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place

Levels = tuple[tuple[str, ...], ...]  # functions by their distance from where a search began

_LARGE = 20_000  # functions
_SHOWN = 3  # functions, interfaces, reasons and keys named


class Trail(msgspec.Struct, frozen=True):
    """How far a search came that did not arrive."""

    reached: int  # functions, the first one left out
    deepest: tuple[str, ...]  # those of the tree that are farthest from the start
    callers: tuple[str, ...]  # who is seen to call the goal
    gaps: tuple[str, ...]  # what was not followed, counted
    givers: tuple[str, ...]  # who gives the goal to what is not in the tree


def ends(graph: CallGraph, levels: Levels, goal: str) -> Trail:
    """Tell where a search ended and what was not followed on the way."""
    reached = {name: None for level in levels for name in level}
    own = [
        [n for n in level if n.partition("$")[0] in graph.resolution.functions] for level in levels
    ]
    deepest = next((level for level in reversed(own) if level), [])
    callers = sorted(map(names.short, _callers(graph, goal)))
    return Trail(
        len(reached) - 1,
        tuple(map(names.short, deepest)),
        tuple(callers),
        tuple(_gaps(graph, reached)),
        tuple(dict.fromkeys(names.short(s.caller) for s in graph.handed_over(goal))),
    )


def _callers(graph: CallGraph, goal: str) -> set[str]:
    """Who calls a function; in a large tree by its name or, as far as the search saw, by a value.

    All callers by value can need every body of the tree.
    """
    if len(graph.resolution.functions) <= _LARGE:
        return {edge.caller for edge in graph.callers(goal)}
    for body in graph.resolution.mentioning(goal.partition("$")[0].rpartition(".")[2]):
        for caller in {site.caller for site in body.sites}:
            graph.edges(caller)
    return {e.caller for edges in graph.out.values() for e in edges if e.callee == goal}


def _gaps(graph: CallGraph, reached: Iterable[str]) -> Iterator[str]:
    reasons: Counter[str] = Counter()
    library: Counter[str] = Counter()
    empty: Counter[str] = Counter()
    values, keys = 0, list[str]()
    for function in reached:
        followed = {edge.site for edge in graph.edges(function)}
        for edge in graph.edges(function):
            if edge.declared and edge.callee == edge.declared:
                dispatch = edge.dispatch
                is_empty = dispatch is not None and dispatch.expanded and not dispatch.callees
                (empty if is_empty else library)[names.short(edge.callee)] += 1
        for _, site in graph.sites(function):
            if site.kind == "unresolved":
                reasons[site.reason] += 1
            values += site.kind == "funcvalue" and site.pos not in followed
            key = graph.crossings.unjoined.get(Place(site.file, site.line))
            if key is not None and key not in keys:
                keys.append(key)
    if reasons:
        yield f"{_calls(reasons.total())} not resolved ({_most(reasons)})"
    if library:
        yield f"{_calls(library.total())} of library interfaces ({_most(library)})"
    if empty:
        told = "through interfaces behind which no function is seen"
        yield f"{_calls(empty.total())} {told} ({_most(empty)})"
    if values:
        yield f"{_calls(values)} of function values that nothing is seen to fill"
    if keys:
        shown = ", ".join(keys[:_SHOWN]) + (", …" if len(keys) > _SHOWN else "")
        yield f"{len(keys)} key{'s' * (len(keys) != 1)} without partner ({shown})"


def _calls(count: int) -> str:
    return f"{count} call{'s' * (count != 1)}"


def _most(counts: Counter[str]) -> str:
    """The commonest, with their number."""
    common = sorted(counts, key=lambda name: (-counts[name], name))
    told = ", ".join(f"{name} x {counts[name]}" for name in common[:_SHOWN])
    return told + (", …" if len(common) > _SHOWN else "")
