"""What a person calls a function becomes its name, or an error that says what it is instead."""

import re
from collections.abc import Iterable, Mapping, Sequence

from tracer.errors import (
    AmbiguousSymbolError,
    InterfaceMethodError,
    OtherKindError,
    UnknownSymbolError,
)
from tracer.golang import names
from tracer.golang.packages import TypeName, kind
from tracer.golang.types import methodsets
from tracer.graph.callgraph import CallGraph, callers_in


def function(graph: CallGraph, query: str) -> str:
    """Complete the name of a function or closure of the tree, or of a function it calls.

    Raises:
        UnknownSymbolError: nothing ends in this name.
        InterfaceMethodError: a method that an interface declares does.
        OtherKindError: a type or a variable does.
        AmbiguousSymbolError: several functions do.

    """
    if "$" in query:
        return _one(query, *_closures(graph, query))
    found = names.find(query, graph.resolution.names) or names.find(query, _initializers(graph))
    if not found and (method := interface_method(graph, query)):
        raise InterfaceMethodError(query, names.short(interface_methods(graph)[method].id))
    found = found or names.find(query, _called(graph, query))
    if not found and (declared := _declared(graph, query)):
        raise OtherKindError(query, *declared, "function")
    if not found and (left_out := _left_out(graph, query)):
        raise UnknownSymbolError(query, (), left_out)
    close = () if found else [f for f in graph.resolution.functions if _alike(query, f)]
    return _one(query, found, close)


def interface_method(graph: CallGraph, query: str) -> str:
    """Complete the name of a method that an interface of the tree declares; empty for others.

    Raises:
        AmbiguousSymbolError: several interfaces declare one.

    """
    if "$" in query or names.find(query, graph.resolution.names):
        return ""
    found = names.find(query, interface_methods(graph))
    return _one(query, found, ()) if found else ""


def interface_methods(graph: CallGraph) -> Mapping[str, TypeName]:
    """The methods that the tree's interfaces declare themselves, by name."""
    types = graph.resolution.types
    return {
        f"({named.declared.id}).{method}": named.declared
        for named in graph.interfaces.interfaces
        for method, (owner, _) in (methodsets.interface_methods(types, named) or {}).items()
        if owner == named
    }


def _closures(graph: CallGraph, query: str) -> tuple[list[str], list[str]]:
    """The closures that a name can mean, and all that its function has."""
    base, _, number = query.partition("$")
    owners = *names.find(base, graph.resolution.names), *names.find(base, _initializers(graph))
    found = [f"{o}${number}" for o in owners if graph.resolution.closure(f"{o}${number}")]
    return found, [c.name for owner in owners for c in graph.resolution.body(owner).closures]


def _initializers(graph: CallGraph) -> set[str]:
    """The initialisers of the packages' variables, by name."""
    return {f"{p.path}.init" for p in graph.program.packages.values() if p.values}


def _declared(graph: CallGraph, query: str) -> tuple[str, str] | None:
    """A type, variable or constant that a name means, and which of them it is."""
    known = {d.id: d for p in graph.program.packages.values() for d in p.scope.values()}
    found = names.find(query, known)
    if not found:
        return None
    return names.short(found[0]), kind(known[found[0]])


def _left_out(graph: CallGraph, query: str) -> tuple[str, str] | None:
    """A file that declares a function or type of this name and is not built, and why."""
    if not (last := re.escape(query.rpartition(".")[2].strip("()*").encode())):
        return None
    declares = re.compile(rb"^(?:func\s+(?:\([^)]*\)\s*)?|type\s+)" + last + rb"\b", re.MULTILINE)
    for path, why in sorted(graph.program.left_out.items()):
        if declares.search(graph.program.tree.files[path].content):
            return path, why
    return None


def _called(graph: CallGraph, query: str) -> set[str]:
    """The functions outside the tree that its bodies call by the last part of a name."""
    return {
        edge.callee
        for body in graph.resolution.mentioning(query.rpartition(".")[2])
        for caller in callers_in(body)
        for edge in graph.edges(caller)
    }


def _one(query: str, found: Sequence[str], close: Iterable[str]) -> str:
    """The one name that was found."""
    if not found:
        raise UnknownSymbolError(query, sorted({names.short(name) for name in close})[:4])
    if len(found) > 1:
        raise AmbiguousSymbolError(query, [*map(names.short, found)])
    return found[0]


def _alike(query: str, name: str) -> bool:
    wanted = query.rpartition(".")[2].strip("()*").lower()
    return len(wanted) > 2 and wanted in name.rpartition(".")[2].lower()  # noqa: PLR2004
