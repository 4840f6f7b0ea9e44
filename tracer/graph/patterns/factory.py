"""Factory: one function gives an interface back, and decides which implementer it is."""

from collections.abc import Iterator

from tracer.graph.callgraph import CallGraph
from tracer.graph.families.family import Families
from tracer.graph.patterns import selection
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places
from tracer.graph.patterns.template_method import builds


def detect(_: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the functions that return one of several implementers."""
    facts = families.facts
    for family in families.all:
        for function, made in selection.factories(facts, family).items():
            bodies = facts.bodies[function]
            if family.interface.operations and any(family.id in b.results for b in bodies):
                converted = [
                    c.at
                    for c in facts.conversions[family.id]
                    if c.function == function and c.type_ in made
                ]
                yield PatternMatch(
                    "factory",
                    family.id,
                    tuple(sorted(family.interface.operations)),
                    (TemplateFunction(function, ()),),
                    made,
                    ("factory",),
                    (),
                    places([*(b.place for b in bodies), *converted]),
                    builds(facts, family),
                )
