"""A page for each function on a path, and the list of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tracer.golang import names
from tracer.golang.packages import TypeName
from tracer.golang.types import methodsets
from tracer.golang.types.model import Named, Pointer
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge
from tracer.graph.rulebook import LAYERS, LENSES, layer, lens, role
from tracer.guide import walkthrough
from tracer.minidocker.twin import TWINS
from tracer.render import html
from tracer.render.site import page
from tracer.render.site.addresses import Addresses
from tracer.render.site.listing import Listings
from tracer.render.site.page import Page
from tracer.render.site.walkthroughs import Walked

_SAID = {
    "domain": "What it does for containers, images, networks",
    "wiring": "What it builds and joins",
    "plumbing": "What any program does: errors, locks, logs, strings",
}
_COMMENT = 20  # lines of the comment above a function


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of a function, the comment above it included."""

    file: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Implementers:
    """Methods that stand for the same method of an interface."""

    interface: TypeName
    method: str
    others: tuple[str, ...]


def pages(
    listings: Listings, walks: tuple[Walked, ...], common: dict[str, object]
) -> Iterator[Page]:
    """Render the list, and the page of each function."""
    addresses = listings.addresses
    if walks:
        yield _index(addresses, common)
    steps, callers = _steps(walks), _callers(listings.graph, addresses.functions)
    for name, path in addresses.functions.items():
        values = _values(listings, name, path) | {
            "steps": steps.get(name, ()),
            "callers": callers.get(name, ()),
            "addresses": addresses,
            "where": addresses.where,
        }
        title = f"{names.short(name)} · function"
        yield page.render(path, title, "function.html", common | values)


def _values(listings: Listings, name: str, path: str) -> dict[str, object]:
    graph = listings.graph
    found, source = span(graph, name), Markup("")
    if found is not None:
        to = page.links_from(path)
        source = listings.lines(found.file, found.first, found.last, to)
    twin = TWINS.get(name)
    calls = _calls(graph, name)
    return {
        "name": name,
        "layer": layer(graph.rules, name),
        "lens": lens(graph.rules, name),
        "role": role(graph.rules, name),
        "says": walkthrough.doc_comment(graph, name),
        "span": found,
        "line": listings.addresses.line(found.file, found.first) if found else "",
        "folder": listings.addresses.package(names.package_path(name)),
        "source": source,
        "twin": twin,
        "python": html.python_twin(twin) if twin else "",
        "calls": [(each, _SAID[each], calls[each]) for each in LENSES if each in calls],
        "implements": tuple(_implementers(graph, name)),
        "patterns": _patterns(listings.addresses, name),
    }


def _index(addresses: Addresses, common: dict[str, object]) -> Page:
    rules = addresses.graph.rules
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(addresses.functions, key=lambda n: (names.short(n).strip("(*"), n)):
        found[layer(rules, name)].append(name)
    layers = [(each, found[each]) for each in LAYERS if each in found]
    values = common | {"layers": layers, "where": addresses.where}
    return page.render("functions/index.html", "Functions on the paths", "functions.html", values)


def span(graph: CallGraph, name: str) -> Span | None:
    """Find the lines of a function or closure of the tree."""
    function = graph.resolution.functions.get(name.partition("$")[0])
    if function is None:
        return None
    file, decl = function.file.path, function.decl
    closure = graph.resolution.closure(name)
    if closure is not None:
        return Span(file, closure.pos.line, closure.end.line)
    source, first = graph.program.tree.files[file], decl.start.line
    while decl.start.line - first < _COMMENT and source.line(first - 1).startswith("//"):
        first -= 1
    return Span(file, first, decl.end.line)


def _steps(walks: Iterable[Walked]) -> Mapping[str, list[tuple[str, str, str]]]:
    """The steps that visit each function, or begin there: page, path and step."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for walked in walks:
        shown = walked.walkthrough
        begins = f"{walked.folder}index.html", shown.title, "Where it begins"
        found[shown.start].append(begins)
        for step in shown.steps:
            label = step.label.replace("`", "") or names.short(step.edge.callee)
            row = walked.step_page(step.number), shown.title, f"{step.number}. {label}"
            found[step.edge.callee].append(row)
    return found


def _callers(graph: CallGraph, functions: Iterable[str]) -> Mapping[str, list[Edge]]:
    """The edges into each function, by place."""
    wanted = set(functions)
    found: dict[str, dict[tuple[str, object, str], Edge]] = defaultdict(dict)
    for edge in graph.everything():
        if edge.callee in wanted:
            found[edge.callee][edge.caller, edge.site, edge.kind] = edge
    return {name: sorted(edges.values(), key=_place) for name, edges in found.items()}


def _calls(graph: CallGraph, name: str) -> Mapping[str, list[Edge]]:
    """The edges out of a function and the closures in it, by kind of work, each once."""
    found: dict[str, dict[tuple[str, int], Edge]] = defaultdict(dict)
    inside = [name]
    if name in graph.resolution.functions:
        inside += [closure.name for closure in graph.resolution.body(name).closures]
    for caller in inside:
        for edge in graph.edges(caller):
            if edge.callee not in inside:
                row = found[lens(graph.rules, edge.callee)]
                row.setdefault((edge.callee, edge.at.line), edge)
    return {each: sorted(edges.values(), key=_place) for each, edges in found.items()}


def _place(edge: Edge) -> tuple[str, int, object, str, str]:
    return edge.at.file, edge.at.line, edge.site, edge.callee, edge.kind


def _implementers(graph: CallGraph, name: str) -> Iterator[Implementers]:
    """The interfaces that a method is called through, and the methods beside it.

    A method of an interface itself has those that stand behind it.
    """
    receiver, _, method = name.rpartition(".")
    function = graph.resolution.functions.get(name)
    asked = _interface(graph, receiver.strip("(*)")) if receiver.startswith("(") else None
    interfaces = (asked,) if asked else graph.interfaces.with_method(method) if function else ()
    for interface in interfaces:
        chosen = [
            methodsets.select(graph.resolution.types, Pointer(named), method)
            for named in graph.interfaces.implementers(interface)
        ]
        ids = {each.function.id for each in chosen if each and each.function}
        if name in ids or asked:
            yield Implementers(interface.declared, method, tuple(sorted(ids - {name})))


def _interface(graph: CallGraph, name: str) -> Named | None:
    """The declared interface of this name; None where it names another type."""
    package = graph.program.package(names.package_path(name))
    declared = package.scope.get(name.rpartition(".")[2]) if package else None
    if not isinstance(declared, TypeName):
        return None
    named = Named(declared)
    return named if methodsets.is_interface(graph.resolution.types, named) else None


def _patterns(addresses: Addresses, name: str) -> list[tuple[str, str, str]]:
    """The patterns that a function has a part in: page, name, kind."""
    return [
        (path, names.short(match.names[0]), match.pattern)
        for match, path in addresses.patterns.items()
        if name in {each.function for each in match.template_functions}
    ]
