"""Command: a request is a value, kept with its name and arguments, and run later.

A struct holds a function beside a name and arguments, and a method of it calls the function; or
functions are kept in a table by name, looked up, and called.
"""

from collections import defaultdict
from collections.abc import Iterator

from tracer.golang.types.calls import CallSite
from tracer.golang.types.operands import ElementOf, FieldValue, LocalValue, Origin
from tracer.golang.types.resolved import Resolved
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place
from tracer.graph.families.family import Families
from tracer.graph.families.survey import table_id
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places


def detect(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the requests that are values."""
    running: dict[tuple[str, str], list[CallSite]] = defaultdict(list)
    for id_ in sorted(families.facts.bodies):
        if id_ in graph.resolution.functions:
            body = graph.resolution.body(id_)
            for site in body.dynamic:
                if site.kind == "funcvalue" and site.origin is not None:
                    held = _held(families, id_, site.origin, body)
                    if held:
                        running[held, id_].append(site)
    found: dict[str, list[tuple[str, CallSite]]] = defaultdict(list)
    for (held, id_), sites in running.items():
        found[held].extend((id_, site) for site in sites)
    for held in sorted(found):
        yield _match(families, held, found[held])


def _held(families: Families, function: str, origin: Origin, body: Resolved) -> str:
    """The struct or table that a called function is kept in; empty where it is no command."""
    facts = families.facts
    for source in (origin, *_sources(origin, body)):
        if isinstance(source, FieldValue):
            struct = facts.structs.get(source.owner)
            owner = facts.bodies[function][0].receiver
            accessor = function.rpartition(".")[2].lower() == source.name.lower()
            if struct and owner == struct.id and _is_request(struct.fields) and not accessor:
                return struct.id
        if isinstance(source, ElementOf):
            table = facts.tables.get(table_id(source.container))
            if table is not None and table.form == "function":
                return table.id
    return ""


def _sources(origin: Origin, body: Resolved) -> Iterator[Origin]:
    if isinstance(origin, LocalValue):
        yield from (flow.source for flow in body.flows if flow.target == origin)


def _is_request(fields: dict[str, str]) -> bool:
    """A name and arguments beside the function."""
    named = any(n.lower() == "name" and t == "string" for n, t in fields.items())
    return named and any(t.startswith("[]") for t in fields.values())


def _match(families: Families, held: str, sites: list[tuple[str, CallSite]]) -> PatternMatch:
    facts = families.facts
    place = facts.structs[held].place if held in facts.structs else facts.tables[held].at
    functions = sorted({id_ for id_, _ in sites})
    return PatternMatch(
        "command",
        "",
        (held,),
        tuple(TemplateFunction(f, ()) for f in functions),
        (),
        ("registry",) if held in facts.tables else ("none",),
        (),
        places([place, *(Place(site.file, site.line) for _, site in sites)]),
    )
