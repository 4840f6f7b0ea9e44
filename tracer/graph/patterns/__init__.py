"""Design patterns found in a tree: one detector a file, each a shape in the facts with its proof.

A pattern is a claim about code, so each match carries the lines that it rests on.  What a detector
looks for, and what it cannot see, stands at the head of its file.
"""

from tracer.graph.callgraph import CallGraph
from tracer.graph.families import survey
from tracer.graph.families.family import Families
from tracer.graph.patterns import (
    adapter,
    build_tags,
    command,
    decorator,
    facade,
    factory,
    observer,
    registry,
    strategy,
    template_method,
)
from tracer.graph.patterns.pattern import KINDS, PatternMatch

_OTHERS = (build_tags, registry, factory, adapter, decorator, observer, command, facade)


def detect(graph: CallGraph) -> tuple[PatternMatch, ...]:
    """Find every pattern, sorted by kind and name."""
    families = Families(survey.survey(graph))
    templates = tuple(template_method.detect(graph, families))
    taken = {t.interface for t in templates} | {
        variant.removeprefix("facet:") for t in templates for variant in t.variants
    }
    found = [*templates, *strategy.detect(graph, families, taken)]
    for detector in _OTHERS:
        found.extend(detector.detect(graph, families))
    return tuple(sorted(found, key=lambda m: (KINDS.index(m.pattern), m)))
