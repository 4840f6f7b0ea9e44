"""Parts of the graph that a picture can hold: layers, packages, the surroundings of one function.

A view has at most about forty nodes; what does not fit is counted, not drawn.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from tracer.golang import names
from tracer.golang.types import methodsets
from tracer.golang.types.model import Named
from tracer.graph import statefulness
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge
from tracer.graph.families.ownership import owned_packages
from tracer.graph.rulebook import LAYERS, layer, layer_role

MOST = 40  # nodes
_PACKAGES = 6  # packages named in a layer


@dataclass(frozen=True, slots=True)
class Node:
    """A layer, a package, a function or a type."""

    id: str
    label: str
    layer: str
    role: str = ""  # of a layer: controller, service, dao …


@dataclass(frozen=True, slots=True)
class Link:
    """Edges drawn as one line."""

    source: str
    target: str
    kind: str  # the kind of its edges; `calls` where they are mixed
    count: int
    note: str  # a place, or empty


@dataclass(frozen=True, slots=True)
class View:
    """What a picture shows."""

    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    left_out: int  # nodes that did not fit
    notes: tuple[str, ...] = ()  # what is told beside the picture

    def lines(self) -> tuple[str, ...]:
        """The same as text, one line a link, for those who cannot see the picture."""
        labels = {node.id: names.short(node.id) for node in self.nodes}
        found = [
            f"{labels[k.source]} → {labels[k.target]}: {k.kind}"
            + (f" x {k.count}" if k.count > 1 else "")
            + (f" ({k.note})" if k.note else "")
            for k in self.links
        ]
        found += [f"{self.left_out} more are not drawn"] if self.left_out else []
        return (*found, *self.notes)


def layers(graph: CallGraph, title: str) -> View:
    """The tree's layers with their packages, and how often they call each other."""
    counts: Counter[tuple[str, str]] = Counter()
    packages: dict[str, Counter[str]] = {name: Counter() for name in LAYERS}
    for id_, function in graph.resolution.functions.items():
        if function.file.package.origin != "own":
            continue
        here = layer(graph.rules, id_)
        packages[here][names.short(function.file.package.path)] += 1
        for edge in _all_edges(graph, id_):
            there = layer(graph.rules, edge.callee)
            if there != here and (edge.callee in graph.resolution.functions or there == "kernel"):
                counts[here, there] += 1
    shown = {end for pair in counts for end in pair}
    nodes = tuple(
        Node(n, _packages(packages[n]) or "system calls", n, layer_role(graph.rules, n))
        for n in LAYERS
        if n in shown
    )
    links = tuple(Link(a, b, "calls", n, "") for (a, b), n in sorted(counts.items()))
    roles = ", ".join(f"{n.id} = {n.role}" for n in nodes if n.role)
    tools = statefulness.summary(statefulness.memories(graph, _tools(graph)))
    return View(title, nodes, links, 0, (f"read as: {roles}", f"lib: {tools}"))


def _tools(graph: CallGraph) -> set[str]:
    """The packages of Docker's own that are a library from end to end."""
    found: dict[str, set[str]] = {p.path: set() for p in owned_packages(graph.program)}
    for id_, function in graph.resolution.functions.items():
        if function.file.package.path in found:
            found[function.file.package.path].add(layer(graph.rules, id_))
    return {path for path, layers_ in found.items() if layers_ and layers_ <= {"lib", "init"}}


def _packages(found: Counter[str]) -> str:
    """The largest packages of a layer."""
    largest = sorted(found, key=lambda p: (-found[p], p))
    more = f"\n… {len(largest) - _PACKAGES} more" if len(largest) > _PACKAGES else ""
    return "\n".join(largest[:_PACKAGES]) + more


def focus(graph: CallGraph, function: str, depth: int) -> View:
    """A function, its callers and its callees to a depth."""
    found: dict[str, int] = {function: 0}
    edges: dict[tuple[str, str], Edge] = {}
    for distance in range(1, depth + 1):
        for name in [n for n, d in found.items() if d == distance - 1]:
            around = [*graph.edges(name), *graph.callers(name)]
            for edge in around:
                edges.setdefault((edge.caller, edge.callee), edge)
                for end in (edge.caller, edge.callee):
                    found.setdefault(end, distance)
    chosen = set(sorted(found, key=lambda n: (found[n], n))[:MOST])
    nodes = tuple(Node(n, names.short(n), layer(graph.rules, n)) for n in sorted(chosen))
    links = tuple(
        Link(e.caller, e.callee, e.kind, 1, str(e.at))
        for (a, b), e in sorted(edges.items(), key=lambda pair: pair[0])
        if {a, b} <= chosen
    )
    return View(f"around {names.short(function)}", nodes, links, len(found) - len(chosen))


def implementers(graph: CallGraph, interface: Named) -> View:
    """An interface and the types that implement it."""
    types = graph.resolution.types
    name = interface.declared.id
    found = [t.declared.id for t in graph.interfaces.implementers(interface)]
    embedded = [
        owner.declared.id
        for owner, _ in (methodsets.interface_methods(types, interface) or {}).values()
        if isinstance(owner, Named) and owner != interface
    ]
    chosen = sorted({*found, *embedded})[: MOST - 1]
    nodes = tuple(Node(n, names.short(n), layer(graph.rules, f"{n}.")) for n in (name, *chosen))
    links = tuple(
        Link(name, n, "embeds", 1, "") if n in embedded else Link(n, name, "implements", 1, "")
        for n in chosen
    )
    return View(f"{names.short(name)} and its implementers", nodes, links, 0)


def graphml(view: View) -> str:
    """A view as GraphML (http://graphml.graphdrawing.org)."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in view.nodes:
        graph.add_node(node.id, label=node.label, layer=node.layer)
    for link in view.links:
        graph.add_edge(link.source, link.target, kind=link.kind, count=link.count, note=link.note)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _all_edges(graph: CallGraph, function: str) -> Iterable[Edge]:
    yield from graph.edges(function)
    for closure in graph.resolution.body(function).closures:
        yield from graph.edges(closure.name)
