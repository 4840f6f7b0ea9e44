"""Facade: a wide interface with one implementer, which stands before several parts.

Other packages see one interface; behind it a single struct hands the work to two or more things
that it holds.
"""

import re
from collections.abc import Iterator

from tracer.graph.callgraph import CallGraph
from tracer.graph.families.family import Families
from tracer.graph.patterns.delegation import passed
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places

_WIDE = 8  # operations
_PARTS = 2  # fields that do the work
_NAMED = re.compile(r"\w\.\w")  # a package's type, no dots of a variadic function
_PLUMBING = ("sync.", "atomic.", "sync/atomic.", "*sync.", "context.", "log.", "time.")


def detect(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the wide interfaces with one implementer that rests on several parts."""
    for family in families.all:
        if len(family.interface.operations) < _WIDE or len(family.implementers) != 1:
            continue
        (type_,) = family.implementers
        struct = families.facts.structs.get(type_)
        users = {f for f in family.uses if _package(families, f) != type_.rpartition(".")[0]}
        if struct is None or not users:
            continue
        calls = passed(graph, type_, family.interface.operations)
        parts = {
            field: found
            for field, found in calls.items()
            if _NAMED.search(struct.fields.get(field, ""))
            and not struct.fields[field].startswith(_PLUMBING)
        }
        if len(parts) >= _PARTS:
            yield PatternMatch(
                "facade",
                family.id,
                tuple(sorted(family.interface.operations)),
                tuple(
                    TemplateFunction(f"({type_}).{field}", tuple(c.called for c in parts[field]))
                    for field in sorted(parts)
                ),
                (type_,),
                ("none",),
                (),
                places([family.interface.place, struct.place]),
            )


def _package(families: Families, function: str) -> str:
    place = families.facts.bodies[function][0].id
    return place.lstrip("(*").split(")")[0].rpartition(".")[0]
