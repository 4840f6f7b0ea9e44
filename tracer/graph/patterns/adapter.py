"""Adapter: a type fills an interface by handing its calls to something of another interface.

An implementer holds a value of a foreign type, and most of its operations are one call on it, not
all the same; the held type does not fill the interface itself (then it is a decorator or a proxy).
"""

from collections import Counter
from collections.abc import Iterator

from tracer.golang.packages import TypeName
from tracer.golang.types import methodsets
from tracer.golang.types.model import Named, Pointer
from tracer.graph.callgraph import CallGraph
from tracer.graph.families.family import Families, Family
from tracer.graph.patterns.delegation import Passed, passed
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places

_LEAST = 2  # operations that are passed on
_FEW = 8  # fields of a type that is there to translate


def detect(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the implementers that translate one interface into another."""
    for family in families.all:
        if len(family.interface.operations) < _LEAST:
            continue
        for type_ in family.implementers:
            for calls in _adapted(graph, families, family, type_):
                struct = families.facts.structs[type_]
                held = struct.fields[calls[0].field].lstrip("*")
                yield PatternMatch(
                    "adapter",
                    family.id,
                    tuple(sorted(family.interface.operations)),
                    tuple(
                        TemplateFunction(f"({type_}).{c.operation}", (f"({held}).{c.called}",))
                        for c in calls
                    ),
                    (type_,),
                    ("none",),
                    (),
                    places([struct.place, *(c.at for c in calls)]),
                )


def _adapted(
    graph: CallGraph, families: Families, family: Family, type_: str
) -> Iterator[list[Passed]]:
    struct = families.facts.structs.get(type_)
    converted = {c.type_ for c in families.facts.conversions.get(family.id, ())}
    if struct is None or type_ not in converted or len(struct.fields) > _FEW:
        return
    filling = {family.id, *family.interface.bases, *family.implementers, *family.wrappers}
    for name, calls in sorted(passed(graph, type_, family.interface.operations).items()):
        held = struct.fields.get(name, "").lstrip("*")
        times = Counter(c.operation for c in calls)
        one_to_one = [c for c in calls if times[c.operation] == 1]
        enough = len(one_to_one) >= max(_LEAST, (2 * len(family.interface.operations) + 2) // 3)
        foreign = "." in held.partition("/")[0] and "/" in held and held not in filling
        renames = len({c.called for c in one_to_one}) >= _LEAST
        if enough and renames and foreign and not _fills(graph, held, family.id):
            yield sorted(one_to_one, key=lambda c: c.operation)


def _fills(graph: CallGraph, held: str, interface: str) -> bool:
    """Say whether a held type fills the interface as it is."""
    found = [_named(graph, name) for name in (held, interface)]
    if found[0] is None or found[1] is None:
        return False
    types = graph.resolution.types
    return methodsets.implements(types, Pointer(found[0]), found[1]) or methodsets.implements(
        types, found[0], found[1]
    )


def _named(graph: CallGraph, id_: str) -> Named | None:
    path, _, name = id_.rpartition(".")
    package = graph.program.package(path)
    declared = package.scope.get(name) if package else None
    return Named(declared) if isinstance(declared, TypeName) else None
