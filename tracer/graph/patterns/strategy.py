"""Strategy: an interface whose implementers are exchanged, with no sequence laid down for them.

Two or more implementers; one operation at least does something, or every one works on what it is
given: an interface of plain questions describes values.  Someone must call it; a template method is
no strategy, and no more are options: one operation, applied to each of the values in a parameter.
"""

from collections.abc import Collection, Iterator

from tracer.graph.callgraph import CallGraph
from tracer.graph.families.family import Families, Family
from tracer.graph.patterns import selection
from tracer.graph.patterns.pattern import PatternMatch, places
from tracer.graph.patterns.template_method import builds

_TWO = 2


def detect(_: CallGraph, families: Families, templates: Collection[str]) -> Iterator[PatternMatch]:
    """Find the strategies among the families that are no template methods."""
    asked_for = {c for family in families.all for c in family.capabilities}
    for family in families.all:
        if family.id in templates or family.id in asked_for or not _is_strategy(family):
            continue
        chosen = selection.select(families.facts, family)
        used = [use.at for uses in family.uses.values() for use in uses]
        yield PatternMatch(
            "strategy",
            family.id,
            tuple(sorted(family.interface.operations)),
            (),
            family.implementers,
            chosen.words,
            ("optional-hook",) if family.capabilities else (),
            places([family.interface.place, *chosen.evidence, *used]),
            builds(families.facts, family),
        )


def _is_strategy(family: Family) -> bool:
    operations = family.interface.operations.values()
    does = any(o.effect for o in operations) or (
        bool(operations) and all(o.parameters for o in operations)
    )
    uses = [use for found in family.uses.values() for use in found]
    is_option = len(operations) == 1 and all(u.is_element and not u.table for u in uses)
    return len(family.implementers) >= _TWO and does and bool(uses) and not is_option
