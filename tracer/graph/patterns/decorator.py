"""Decorator: a type or function adds to another one of its own kind and keeps its shape.

A type fills an interface, holds or embeds a value of it, and one of its operations calls the same
operation there.  A function takes a function and gives back one of the same type that calls it.
"""

from collections.abc import Iterator

from tracer.golang.types import typexprs
from tracer.golang.types.model import Signature
from tracer.golang.types.operands import ParameterOf
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place
from tracer.graph.families.family import Families, Family
from tracer.graph.patterns.delegation import Passed, passed
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places


def detect(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the types and functions that wrap their own kind."""
    seen: set[str] = set()
    for match in (*_types(graph, families), *_functions(graph, families)):
        (subject, *_) = match.implementations or match.names
        if subject not in seen:  # the first of several related interfaces
            seen.add(subject)
            yield match


def _types(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    # Bases come before what extends them.
    for family in sorted(families.all, key=lambda f: (len(f.interface.bases), f.id)):
        if family.interface.operations:
            for type_ in family.implementers:
                yield from _holding(graph, families, family, type_)
            for type_ in family.wrappers:
                yield from _embedding(families, family, type_)


def _holding(
    graph: CallGraph, families: Families, family: Family, type_: str
) -> Iterator[PatternMatch]:
    struct = families.facts.structs.get(type_)
    if struct is None:
        return
    calls = [
        call
        for field, found in sorted(passed(graph, type_, family.interface.operations).items())
        if struct.fields.get(field) == family.id
        for call in found
        if call.operation == call.called
    ]
    if calls:
        yield _match(families, family, type_, calls)


def _embedding(families: Families, family: Family, type_: str) -> Iterator[PatternMatch]:
    converted = {c.type_ for c in families.facts.conversions.get(family.id, ())}
    if type_ not in converted or type_ in families.facts.doubles:
        return
    calls = [
        Passed(use.operation, "", use.operation, use.at)
        for function, uses in families.own_uses(type_, family)
        for use in uses
        if function.rpartition(".")[2] == use.operation
    ]
    if calls:
        yield _match(families, family, type_, calls)


def _match(families: Families, family: Family, type_: str, calls: list[Passed]) -> PatternMatch:
    steps = {c.operation: c for c in calls}
    return PatternMatch(
        "decorator",
        family.id,
        tuple(sorted(family.interface.operations)),
        tuple(TemplateFunction(f"({type_}).{o}", (steps[o].called,)) for o in sorted(steps)),
        (type_,),
        ("none",),
        (),
        places([families.facts.structs[type_].place, *(c.at for c in calls)]),
    )


def _functions(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Functions from a function to one of the same type."""
    types = graph.resolution.types
    for id_ in sorted(families.facts.bodies):
        function = graph.resolution.functions.get(id_)
        if function is None:
            continue
        signature = typexprs.function_signature(types, function)
        for index, type_ in enumerate(signature.params):
            form = typexprs.underlying(types, type_)
            if not isinstance(form, Signature) or not form.params or type_ not in signature.results:
                continue
            inside = [
                site
                for site in graph.resolution.body(id_).dynamic
                if site.origin == ParameterOf(id_, index) and site.caller != id_
            ]
            if inside:
                evidence = [Place(site.file, site.line) for site in inside]
                body = families.facts.bodies[id_][0]
                wrapped = TemplateFunction(id_, tuple(site.caller for site in inside))
                yield PatternMatch(
                    "decorator",
                    "",
                    (),
                    (wrapped,),
                    (),
                    ("none",),
                    (),
                    places([body.place, *evidence]),
                )
