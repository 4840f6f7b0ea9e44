"""Views of a graph: its layers, its packages, what is around one of them or a function; a path."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from tracer.golang import names
from tracer.golang.packages import Package
from tracer.golang.standard import is_standard
from tracer.graph import statefulness
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import CERTAINTIES, Edge
from tracer.graph.families.ownership import owned_packages
from tracer.graph.paths import Hop
from tracer.graph.rulebook import LAYERS, layer, layer_role
from tracer.graph.views import MOST, Link, Node, View, fitting

_PACKAGES = 6  # packages named in a layer
_CALLED = 2  # callees of a package drawn among all packages
_Calls = dict[tuple[str, str], list[Edge]]  # from one of two to the other


def layers(graph: CallGraph, title: str) -> View:
    """The tree's layers with their packages, and how often they call each other."""
    calls: _Calls = defaultdict(list)
    packages: dict[str, Counter[str]] = {name: Counter() for name in LAYERS}
    for caller, edges in _own_calls(graph):
        here = layer(graph.rules, caller)
        packages[here][names.short(names.package_path(caller))] += 1
        for edge in edges:
            there = layer(graph.rules, edge.callee)
            if there != here and (edge.callee in graph.resolution.functions or there == "kernel"):
                calls[here, there].append(edge)
    shown = {end for pair in calls for end in pair}
    nodes = tuple(
        Node(n, _packages(packages[n]) or "system calls", n, layer_role(graph.rules, n))
        for n in LAYERS
        if n in shown
    )
    roles = ", ".join(f"{n.id} = {n.role}" for n in nodes if n.role)
    tools = statefulness.summary(statefulness.memories(graph, _tools(graph)))
    read = f"Read as: {roles}. " if roles else ""
    return View(title, nodes, _counted(calls), note=f"{read}In lib, {tools}.")


def _tools(graph: CallGraph) -> set[str]:
    """The packages of Docker's own that are a library from end to end."""
    found: dict[str, set[str]] = {p.path: set() for p in owned_packages(graph.program)}
    for id_, function in graph.resolution.functions.items():
        if function.file.package.path in found:
            found[function.file.package.path].add(layer(graph.rules, id_))
    return {path for path, layers_ in found.items() if layers_ and layers_ <= {"lib", "init"}}


def packages(graph: CallGraph, title: str) -> View:
    """The tree's own packages, those with the most calls; of many, the two that each calls most."""
    calls = _between_packages(graph)
    counts = {pair: _count(edges) for pair, edges in calls.items()}
    weight: Counter[str] = Counter()
    for pair, count in counts.items():
        weight.update(dict.fromkeys(pair, count))
    chosen = sorted(weight, key=lambda p: (-weight[p], p))[:MOST]
    busiest = {
        pair: calls[pair]
        for here in chosen
        for pair in sorted(
            ((here, there) for there in chosen if (here, there) in counts),
            key=lambda pair: (-counts[pair], pair),
        )[: _CALLED if len(calls) > MOST else None]
    }
    view = fitting(f"{title}: packages", _package_nodes(graph, chosen), _counted(busiest))
    note = f"Each package with the {_CALLED} that it calls most." if len(calls) > MOST else ""
    if not calls:
        note = "No package of this tree calls another one."
    return replace(view, left_out=len(weight) - len(chosen), note=note)


def package(graph: CallGraph, focused: Package) -> View:
    """A package, the tree's own packages that call it and those it calls."""
    calls = _between_packages(graph, focused.path)
    own = {p.path for p in graph.program.packages.values() if p.origin == "own"}
    ends = {end for pair in calls for end in pair} - {focused.path}
    others = sorted(ends, key=lambda path: (path not in own, path))
    nodes = _package_nodes(graph, [focused.path, *others])
    view = fitting(f"around package {_spelled(focused)}", nodes, _counted(calls))
    note = "Of those that call it, the tree's own are drawn." if focused.origin != "own" else ""
    return replace(view, note=note)


def focus(graph: CallGraph, function: str, depth: int) -> View:
    """A function, its callers and its callees to a depth."""
    found: dict[str, int] = {function: 0}
    edges: dict[str, list[Edge]] = defaultdict(list)
    for distance in range(1, depth + 1):
        for name in [n for n, d in found.items() if d == distance - 1]:
            for edge in (*graph.edges(name), *graph.callers(name)):
                if edge not in edges[edge.caller]:
                    edges[edge.caller].append(edge)
                found.setdefault(edge.caller, distance)
                found.setdefault(edge.callee, distance)
    nodes = [
        Node(n, names.short(n), layer(graph.rules, n))
        for n in sorted(found, key=lambda n: (found[n], n))
    ]
    links = [link for caller in sorted(edges) for link in _in_turn(graph, caller, edges[caller])]
    return fitting(f"around {names.short(function)}", nodes, links)


def path(start: str, hops: Sequence[Hop], title: str) -> View:
    """A path: its functions, and its hops in order.  All of it, however long: it was asked for."""
    places = {start: hops[0].layer_from if hops else "lib"}
    for hop in hops:
        places.setdefault(hop.edge.caller, hop.layer_from)
        places.setdefault(hop.edge.callee, hop.layer_to)
    nodes = tuple(Node(name, names.short(name), there) for name, there in places.items())
    return View(title, nodes, tuple(_link(hop.edge, n, 1) for n, hop in enumerate(hops, 1)))


def _own_calls(graph: CallGraph, also: str = "") -> Iterator[tuple[str, list[Edge]]]:
    """Each own function of the tree, and the edges of it and its closures.

    `also`: a package whose functions count as well.
    A call of `io.Closer` may reach another package, but neither knows of the other.
    """
    for id_, function in graph.resolution.functions.items():
        if function.file.package.origin == "own" or function.file.package.path == also:
            edges = _all_edges(graph, id_)
            yield id_, [edge for edge in edges if not _through_library(edge)]


def _through_library(edge: Edge) -> bool:
    return edge.kind == "interface" and is_standard(names.package_path(edge.declared))


def _all_edges(graph: CallGraph, function: str) -> Iterable[Edge]:
    yield from graph.edges(function)
    for closure in graph.resolution.body(function).closures:
        yield from graph.edges(closure.name)


def _packages(found: Counter[str]) -> str:
    """The largest packages of a layer."""
    largest = sorted(found, key=lambda p: (-found[p], p))
    more = f"\n… {len(largest) - _PACKAGES} more" if len(largest) > _PACKAGES else ""
    return "\n".join(largest[:_PACKAGES]) + more


def _between_packages(graph: CallGraph, focused: str = "") -> _Calls:
    """The calls among the tree's own packages; or all that one makes, or gets from own ones."""
    calls: _Calls = defaultdict(list)
    for caller, edges in _own_calls(graph, focused):
        here = names.package_path(caller)
        for edge in edges:
            there = names.package_path(edge.callee)
            known = graph.program.package(there)
            origin = known.origin if known is not None else "std"
            drawn = focused in {here, there} and origin != "std" if focused else origin == "own"
            if there != here and drawn:
                calls[here, there].append(edge)
    return calls


def _package_nodes(graph: CallGraph, paths: Iterable[str]) -> list[Node]:
    """Packages, each in the layer of most of its functions."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for id_ in graph.resolution.functions:
        found[names.package_path(id_)][layer(graph.rules, id_)] += 1
    nodes = []
    for path_ in paths:
        most = max(found[path_], key=lambda name: (found[path_][name], name), default="lib")
        nodes.append(Node(path_, _spelled(graph.program.packages[path_]), most))
    return nodes


def _spelled(package_: Package) -> str:
    """An own package by its folder, another one by its import path."""
    return (package_.folder if package_.origin == "own" else "") or package_.path


def _counted(calls: _Calls) -> tuple[Link, ...]:
    """A link for each two that call one another; it is as certain as its most certain call."""
    return tuple(
        Link(a, b, "calls", _count(edges), certainty=_most_certain(edges))
        for (a, b), edges in sorted(calls.items())
    )


def _most_certain(edges: Iterable[Edge]) -> str:
    found = {edge.certainty for edge in edges}
    return next(each for each in CERTAINTIES if each in found)


def _count(edges: Iterable[Edge]) -> int:
    """The calls behind some edges: one that several may answer is one."""
    return len({(edge.at.file, edge.site) for edge in edges})


def _in_turn(graph: CallGraph, caller: str, edges: list[Edge]) -> Iterator[Link]:
    """One link for each callee of a function, with the turn of its first call among all calls."""
    turns = {
        site: n for n, site in enumerate(dict.fromkeys(e.site for e in graph.edges(caller)), 1)
    }
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in sorted(edges, key=lambda e: (e.order, e.site, e.callee)):
        found[edge.callee].append(edge)
    for same in found.values():
        yield _link(same[0], turns[same[0].site], len(same))


def _link(edge: Edge, number: int, count: int) -> Link:
    at = str(edge.at)
    return Link(edge.caller, edge.callee, edge.kind, count, at, number, edge.certainty, edge.mode)
