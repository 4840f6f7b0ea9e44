"""Registry: values are put into a table under a name, and found there by it later.

The table is a map from a name to an interface, to functions, or to small structs that hold one;
a function puts what it is given into it.  Values of an interface that one type fills are stored
there, not chosen from.
"""

from collections.abc import Iterator

from tracer.graph.callgraph import CallGraph
from tracer.graph.families.family import Families
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places

_CHOICES = 2  # implementers that make a choice
_VALUES = {"value", "record"}


def detect(_: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the tables that a function fills with what it is given."""
    facts = families.facts
    known = {family.id: family for family in families.all}
    for id_ in sorted(facts.tables):
        table = facts.tables[id_]
        writes = [w for w in facts.writes.get(id_, ()) if w.given and w.function in facts.bodies]
        family = known.get(table.holds)
        if not writes or (table.holds and family is None):  # of a library: a store, no registry
            continue
        if family and table.form in _VALUES and len(family.implementers) < _CHOICES:
            continue
        functions = sorted({w.function for w in writes})
        yield PatternMatch(
            "registry",
            table.holds,
            tuple(sorted(family.interface.operations)) if family else (),
            tuple(TemplateFunction(f, ()) for f in functions),
            family.implementers if family else (),
            ("registry",),
            (table.form,),
            places([table.at, *(w.at for w in writes)]),
        )
