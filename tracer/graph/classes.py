"""Class pictures: an interface and its implementers, and the roles of a pattern around it.

On the left who uses the interface, with the calls in their order; in the middle the interface and
its operations; on the right who implements it.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from tracer.golang import names
from tracer.golang.types import methodsets
from tracer.golang.types.model import Named
from tracer.graph.callgraph import CallGraph
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction
from tracer.graph.rulebook import layer
from tracer.graph.views import Link, Node, View, fitting

_LISTED = 12  # operations and calls in a box
_VERBS = {"factory": "creates", "registry": "keeps", "command": "runs"}


def implementers(graph: CallGraph, interface: Named) -> View:
    """An interface with its operations, and the types that implement it."""
    name = interface.declared.id
    methods = methodsets.interface_methods(graph.resolution.types, interface) or {}
    found = sorted(t.declared.id for t in graph.interfaces.implementers(interface))
    embedded = sorted(
        owner.declared.id
        for owner, _ in methods.values()
        if isinstance(owner, Named) and owner != interface
    )
    nodes = [
        Node(n, _box(n, sorted(methods) if n == name else ()), layer(graph.rules, f"{n}."))
        for n in dict.fromkeys((name, *embedded, *found))
    ]
    links = [Link(name, n, "embeds") for n in dict.fromkeys(embedded)]
    links += [Link(n, name, "implements") for n in found if n not in embedded]
    return fitting(f"{names.short(name)} and its implementers", nodes, links)


def pattern(match: PatternMatch, beside: Sequence[PatternMatch] = ()) -> View:
    """A pattern with its roles; `beside`: patterns of the same interface that tell who chooses."""
    middle = _middle(match)
    nodes = {middle: _box(middle, match.operations if match.interface else _calls(match, middle))}
    links: list[Link] = []
    for type_ in match.implementations:
        nodes[type_] = _box(type_, _inside(match, type_))
        links.extend(_implements(match, type_, middle))
    for other in (match, *beside):
        for function in _outside(other, nodes):
            calls = _numbered(function.in_turn)
            nodes[function.function] = _box(function.function, calls)
            verb = _VERBS.get(other.pattern, "uses")
            links.append(Link(function.function, middle, verb, certainty="one of several"))
    for adaptee in _adaptees(match):
        nodes.setdefault(adaptee, _box(adaptee, ()))
    title = f"{names.short(middle)}: {match.pattern}"
    view = fitting(title, [Node(n, box, "") for n, box in nodes.items()], links)
    return replace(view, note=_note(match))


def _middle(match: PatternMatch) -> str:
    """What the roles gather around: the interface, what is kept, or the function."""
    return match.interface or (
        match.operations[0] if len(match.operations) == 1 else match.names[0]
    )


def _calls(match: PatternMatch, function: str) -> list[str]:
    return [
        call
        for t in match.template_functions
        if t.function == function
        for call in _numbered(t.in_turn)
    ]


def _inside(match: PatternMatch, type_: str) -> Iterator[str]:
    """The build constraint of an implementer, and what its methods hand on to."""
    builds = dict(match.builds)
    if type_ in builds:
        yield f"+build {builds[type_]}"
    for function in match.template_functions:
        if _is_method(function, type_):
            called = ", ".join(map(names.short, function.calls))
            yield f"{function.function.rpartition('.')[2]} → {called}"


def _outside(match: PatternMatch, known: Iterable[str]) -> list[TemplateFunction]:
    """The template functions that are not methods of an implementer, nor drawn already."""
    return [
        t
        for t in match.template_functions
        if t.function not in known
        and not any(_is_method(t, type_) for type_ in match.implementations)
    ]


def _is_method(function: TemplateFunction, type_: str) -> bool:
    return function.function.startswith((f"({type_}).", f"(*{type_})."))


def _implements(match: PatternMatch, type_: str, middle: str) -> Iterator[Link]:
    if match.interface:
        yield Link(type_, middle, "implements")
    else:
        yield Link(type_, middle, "supplies")
    if match.pattern == "decorator":
        yield Link(type_, middle, "wraps", certainty="one of several")
    for adaptee in _adaptees(match):
        yield Link(type_, adaptee, "adapts")


def _adaptees(match: PatternMatch) -> list[str]:
    """The types that an adapter's methods hand on to."""
    if match.pattern != "adapter":
        return []
    called = (call for t in match.template_functions for call in t.calls)
    return sorted({call.rpartition(".")[0].strip("(*)") for call in called})


def _note(match: PatternMatch) -> str:
    """Who chooses the implementer, and what is special."""
    chosen = [word for word in match.selection if word != "none"]
    variants = f"Variants: {', '.join(map(names.short, match.variants))}." if match.variants else ""
    selection = f"Chosen by {' and '.join(chosen)}." if chosen else ""
    return " ".join(filter(None, (selection, variants)))


def _numbered(calls: Iterable[str]) -> list[str]:
    return [f"{number} {names.short(call)}" for number, call in enumerate(calls, 1)]


def _box(name: str, below: Iterable[str]) -> str:
    listed = list(map(names.short, below))
    more = [f"… {len(listed) - _LISTED} more"] if len(listed) > _LISTED else []
    return "\n".join([names.short(name), *listed[:_LISTED], *more])
