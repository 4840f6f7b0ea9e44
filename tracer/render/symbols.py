"""Look-ups of one declaration as plain text: `show` and `implements`."""

from typing import TypeVar

from tracer.errors import AmbiguousSymbolError, UnknownSymbolError
from tracer.golang import names
from tracer.golang.packages import Declaration, Function, Package, TypeName, Variable
from tracer.golang.types import methodsets, typexprs
from tracer.golang.types.model import Interface, Named, Struct, text
from tracer.graph import rulebook
from tracer.graph.callgraph import CallGraph
from tracer.graph.interfaces import Implementation

_LINES = 40  # of source shown
Found = TypeVar("Found", bound=Declaration)


def implements(graph: CallGraph, symbol: str) -> str:
    """Who implements an interface; for another type, the interfaces it implements."""
    declared = _type(graph, symbol)
    named = Named(declared)
    types = graph.resolution.types
    origin = declared.file.package.origin
    if untold := _untold(graph, named):
        return f"{declared.id} {untold}\n"
    if methodsets.is_interface(types, named):
        found = graph.interfaces.of(named, declared.id, origin)
        lines = [f"{_place(graph, i.type_)}  {i.type_}{_by(i)}" for i in found]
        return "\n".join(
            [*lines, _count(len(lines), "type implements", "types implement", declared.id)]
        )
    found = tuple(
        i for i in graph.interfaces.implementations() if i.type_.removeprefix("*") == declared.id
    )
    lines = [f"{_place(graph, i.interface)}  {i.interface}{_by(i)}" for i in found]
    return "\n".join(
        [
            *lines,
            f"{declared.id} implements {len(lines)} interface{'' if len(lines) == 1 else 's'}\n",
        ]
    )


def _untold(graph: CallGraph, named: Named) -> str:
    """Why a list of implementers, or of interfaces, would tell nothing; empty where it does."""
    types = graph.resolution.types
    form = typexprs.underlying(types, named)
    if named.declared.spec.type_params:
        return "has type parameters: what it implements, or what implements it, depends on them"
    if not isinstance(form, Interface):
        return ""
    if form.unions:
        return "is a constraint of type parameters: no value is of this type"
    asked = methodsets.interface_methods(types, named)
    if asked is None:
        return "embeds what is not in the tree: who implements it cannot be told"
    return "" if asked else "asks for no method: every type implements it"


def find_interface(graph: CallGraph, symbol: str) -> Named | None:
    """The interface of this name; None where it names something else, or several."""
    found = names.find(symbol, {i.declared.id for i in graph.interfaces.interfaces})
    return next((i for i in graph.interfaces.interfaces if found == (i.declared.id,)), None)


def find_package(graph: CallGraph, symbol: str) -> Package | None:
    """The tree's own package of this path or end of it; None where there is none.

    Raises:
        AmbiguousSymbolError: there are several, and no function of this name.

    """
    own = {path: p for path, p in graph.program.packages.items() if p.origin == "own"}
    found = names.find(symbol, own)
    if len(found) > 1 and not names.find(symbol, graph.resolution.names):
        raise AmbiguousSymbolError(symbol, found)
    return own[found[0]] if len(found) == 1 else None


def show(graph: CallGraph, symbol: str) -> str:
    """A declaration: its place, its form, its source."""
    declared = _find(symbol, _declarations(graph))
    start, end = _span(declared)
    file = declared.file.path
    source = graph.program.tree.files[file]
    last = min(end, start + _LINES - 1)
    lines = [f"{n:5}  {source.line(n)}" for n in range(start, last + 1)]
    if last < end:
        lines.append(f"       … {end - last} more lines")
    return "\n".join(
        [
            declared.id,
            f"{file}:{declared.pos.line}  {_form(graph, declared)}",
            "",
            *lines,
            "",
            _tail(graph, declared),
        ]
    )


def _form(graph: CallGraph, declared: Declaration) -> str:
    types = graph.resolution.types
    match declared:
        case Function():
            return text(typexprs.function_signature(types, declared))
        case TypeName():
            form = typexprs.underlying(types, Named(declared))
            fields = f", {_counted(len(form.fields), 'field')}" if isinstance(form, Struct) else ""
            return f"{type(form).__name__.lower()}{fields}"
        case Variable():
            return "constant" if declared.spec.is_const else "variable"


def _tail(graph: CallGraph, declared: Declaration) -> str:
    if isinstance(declared, Function):
        out, into = len(graph.edges(declared.id)), len(graph.callers(declared.id))
        rules, id_ = graph.rules, declared.id
        told = f"layer {rulebook.layer(rules, id_)}, role {rulebook.role(rules, id_)}"
        counts = f"{_counted(into, 'caller')}, {_counted(out, 'callee')}"
        return f"{counts}; {told}, {rulebook.lens(rules, id_)}\n"
    if isinstance(declared, TypeName) and not declared.spec.is_alias:
        asked = methodsets.interface_methods(graph.resolution.types, Named(declared))
        if asked is not None:
            return f"{_counted(len(asked), 'method')}\n"
        methods = methodsets.declared_methods(declared)
        listed = [
            f"  {m.file.path}:{m.pos.line}  {names.short(m.id)}" for _, m in sorted(methods.items())
        ]
        return "\n".join([_counted(len(methods), "method"), *listed, ""])
    return ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _span(declared: Declaration) -> tuple[int, int]:
    match declared:
        case Function():
            return declared.decl.start.line, declared.decl.end.line
        case TypeName():
            return declared.spec.pos.line, declared.spec.end.line
        case Variable():
            return declared.spec.pos.line, declared.spec.pos.line


def _declarations(graph: CallGraph) -> dict[str, Declaration]:
    found: dict[str, Declaration] = dict(graph.resolution.functions)
    for package in graph.program.packages.values():
        found |= {d.id: d for d in package.scope.values()}
    return found


def _type(graph: CallGraph, symbol: str) -> TypeName:
    types = {t.id: t for t in graph.program.types()}
    return _find(symbol.lstrip("*"), types)


def _find(symbol: str, declared: dict[str, Found]) -> Found:
    found = names.find(symbol, declared)
    if len(found) == 1:
        return declared[found[0]]
    if not found:
        wanted = symbol.rpartition(".")[2].lower().strip("()*")
        close = sorted(
            {names.short(d) for d in declared if wanted and wanted in d.rpartition(".")[2].lower()}
        )
        raise UnknownSymbolError(symbol, close[:4])
    raise AmbiguousSymbolError(symbol, [_distinct(f, found) for f in found])


def _distinct(name: str, among: tuple[str, ...]) -> str:
    """The short form of a name where it tells it from the others, the whole name where not."""
    return (
        names.short(name) if sum(names.short(n) == names.short(name) for n in among) == 1 else name
    )


def _by(found: Implementation) -> str:
    return "" if found.mode == "value" else "  (by pointer)"


def _place(graph: CallGraph, name: str) -> str:
    bare = name.removeprefix("*")
    package = graph.program.package(names.package_path(bare))
    declared = package.scope.get(bare.rpartition(".")[2]) if package else None
    return (
        f"{declared.file.path}:{declared.pos.line}"
        if declared and package and package.origin != "std"
        else "std"
    )


def _count(count: int, one: str, many: str, name: str) -> str:
    return f"{count} {one if count == 1 else many} {name}\n"
