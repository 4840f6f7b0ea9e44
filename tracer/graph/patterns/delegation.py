"""Which calls a type's methods pass on to what it holds: shared by adapter and decorator."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from tracer.golang.types.operands import FieldValue
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place

_SHORT = 12  # statements of a method that does little else


class Passed(msgspec.Struct, frozen=True):
    """An operation of a type calls a method of one of its fields."""

    operation: str
    field: str
    called: str
    at: Place


def methods(graph: CallGraph, type_: str, operations: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield a type's own methods for some operations: operation, name in SSA notation."""
    for operation in sorted(operations):
        for name in (f"(*{type_}).{operation}", f"({type_}).{operation}"):
            if name in graph.resolution.functions:
                yield operation, name


def passed(graph: CallGraph, type_: str, operations: Iterable[str]) -> dict[str, list[Passed]]:
    """The calls that a type's operations make on its fields, by field."""
    found: dict[str, list[Passed]] = defaultdict(list)
    for operation, name in methods(graph, type_, operations):
        body = graph.resolution.functions[name].decl.body
        if body is None or len(body.block.statements) > _SHORT:
            continue
        for site in graph.resolution.body(name).sites:
            origin = site.receiver.origin if site.receiver else None
            if isinstance(origin, FieldValue) and origin.owner == type_ and site.selection:
                at = Place(site.file, site.line)
                found[origin.name].append(Passed(operation, origin.name, site.selection.name, at))
    return found
