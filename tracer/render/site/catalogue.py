"""The pattern catalogue: a page for each pattern found, its picture, and the list by kind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tracer.golang import names
from tracer.golang.packages import TypeName
from tracer.graph import classes
from tracer.graph.patterns.pattern import PatternMatch
from tracer.render import forms, html, picture
from tracer.render.site import functions, page
from tracer.render.site.listing import Listings
from tracer.render.site.page import Page

_LINES = 60  # of a function shown
_MEANT = {  # what the words for selection and variants mean
    "registry": "looked up by name in a table",
    "factory": "made by one function, which chooses",
    "plugin": "a process of its own, spoken to over a socket",
    "callback-hook": "an operation is given a function, and calls it at the right moment",
    "optional-hook": "some can do more: code asks whether a value has that method too",
    "naive-wrapper": "a type puts what all have in common around one that supplies the rest",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A pattern as such: what it is, and what a Java or Python reader knows it as."""

    id: str
    title: str
    says: str
    java: str


EXPLAINED = (
    Kind(
        "template-method",
        "Template method",
        "The order of the steps is written once, the steps several times. Go has no abstract "
        "class: the order lives in a plain function, the steps in an interface, and each type "
        "that has these methods fills them.",
        "an abstract class, AbstractXxxService, with a final method that calls abstract ones.",
    ),
    Kind(
        "strategy",
        "Strategy",
        "One interface, several types that do the same in different ways, and code that does not "
        "ask which one it holds.",
        "an interface with several implementations, one of them injected.",
    ),
    Kind(
        "template-by-build-tag",
        "Template by build tag",
        "The same function is declared in several files, and a constraint in the file's first "
        "lines or its name says for which system it is built. The choice falls when the program "
        "is compiled.",
        "one jar or module for each platform, each with a class of the same name.",
    ),
    Kind(
        "registry",
        "Registry",
        "Values are kept under a name in a table, most often by an init function, and looked up "
        "by that name later. A reader who follows calls loses the way here.",
        "a service loader, or beans that an application context finds by name.",
    ),
    Kind(
        "factory",
        "Factory",
        "A function makes one of several types and gives it back as their interface.",
        "a static factory method; in an IoC container, a bean method.",
    ),
    Kind(
        "adapter",
        "Adapter",
        "A type has the methods that an interface asks for, and hands each on to something that "
        "speaks differently.",
        "a class that implements one interface and holds an object of another.",
    ),
    Kind(
        "decorator",
        "Decorator",
        "A type holds a value of its own interface and does something more before or after it; or "
        "a function takes one and gives back another of its form, which calls it.",
        "a class such as BufferedReader around a Reader.",
    ),
    Kind(
        "observer",
        "Observer",
        "Listeners put themselves on a list; whoever has news calls or sends to each of them. In "
        "Go the list often holds channels.",
        "listeners, or an application event publisher.",
    ),
    Kind(
        "command",
        "Command",
        "What is to be done is a value: a function kept in a table or a field, run by code that "
        "knows only its name.",
        "a map of Runnables, or a dispatcher of handlers.",
    ),
    Kind(
        "facade",
        "Facade",
        "One function for what would be many calls into other packages.",
        "a service class in front of several others.",
    ),
)


def pages(listings: Listings, common: dict[str, object]) -> Iterator[Page]:
    """Render the list by kind, and the page of each pattern."""
    addresses = listings.addresses
    found: dict[str, list[tuple[PatternMatch, str]]] = defaultdict(list)
    for match, path in addresses.patterns.items():
        found[match.pattern].append((match, path))
    kinds = [(kind, found[kind.id]) for kind in EXPLAINED]
    values = common | {"kinds": kinds, "title_of": title}
    yield page.render("patterns/index.html", "Patterns", "patterns.html", values)
    types = {each.id: each for each in listings.graph.program.types()}
    for match, path in addresses.patterns.items():
        yield _pattern(listings, match, path, types, common)


def pictures(patterns: Mapping[PatternMatch, str]) -> Iterator[tuple[str, str]]:
    """Draw each pattern."""
    for match, path in patterns.items():
        beside = [m for m in patterns if m.interface == match.interface != "" and m is not match]
        yield _picture(path), html.visible(picture.svg(classes.pattern(match, beside)))


def title(match: PatternMatch) -> str:
    """What a pattern is known by."""
    return names.short(match.names[0])


def _picture(path: str) -> str:
    return path.removesuffix(".html") + ".svg"


def _pattern(
    listings: Listings,
    match: PatternMatch,
    path: str,
    types: dict[str, TypeName],
    common: dict[str, object],
) -> Page:
    addresses = listings.addresses
    beside = [m for m in addresses.patterns if m.interface == match.interface != ""]
    kind = EXPLAINED[[k.id for k in EXPLAINED].index(match.pattern)]

    def where(name: str) -> str:
        """The place of a type, function or file; empty for a bare name of an operation."""
        if name in types:
            return addresses.declaration(types[name])
        if name in listings.graph.resolution.functions:
            return addresses.function(name)
        return addresses.files.get(name, "")

    values = common | {
        "kind": kind,
        "match": match,
        "name": title(match),
        "picture": _picture(path),
        "beside": [(m, addresses.patterns[m]) for m in beside if m is not match],
        "builds": dict(match.builds),
        "meant": _MEANT,
        "declared": where,
        "where": addresses.where,
        "go": list(_go(listings, match, path, types)),
        "java": "\n".join(forms.java(match)),
        "python": Markup(html.python("\n".join(forms.python(match)))),  # noqa: S704 - escaped
    }
    return page.render(path, f"{title(match)} · {kind.title}", "pattern.html", values)


def _go(
    listings: Listings, match: PatternMatch, path: str, types: dict[str, TypeName]
) -> Iterator[tuple[str, str, Markup]]:
    """The interface and the function that shows the sequence best: name, place, source."""
    to = page.links_from(path)
    interface = types.get(match.interface)
    if interface is not None and interface.file.path in listings.addresses.files:
        file, first, last = interface.file.path, interface.pos.line, interface.spec.end.line
        name = names.short(match.interface)
        yield name, f"{file}:{first}", listings.lines(file, first, last, to)
    for function in _telling(match):
        span = functions.span(listings.graph, function)
        if span is not None and span.file in listings.addresses.files:
            last = min(span.last, span.first + _LINES - 1)
            shown = listings.lines(span.file, span.first, last, to)
            yield names.short(function), f"{span.file}:{span.first}", shown


def _telling(match: PatternMatch) -> list[str]:
    """The frame and what hands its calls on; else the function with the longest sequence."""
    if match.frame is not None:
        return list(
            dict.fromkeys([match.frame.function, *(s.by for s in match.frame.steps if s.by)])
        )
    found = sorted(match.template_functions, key=lambda t: (-len(set(t.calls)), t.function))
    return [t.function for t in found[:1]]
