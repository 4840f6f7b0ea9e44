"""Look-ups of one declaration as plain text: `show` and `implements`."""

from typing import TypeVar

from tracer.errors import AmbiguousSymbolError, OtherKindError, UnknownSymbolError
from tracer.golang import names
from tracer.golang import syntax as go
from tracer.golang.declarations import standard_interfaces
from tracer.golang.packages import Declaration, Function, Package, TypeName, Variable, kind
from tracer.golang.types import methodsets, typexprs
from tracer.golang.types.model import Basic, Interface, Named, Struct, Type, text
from tracer.graph import lookup, rulebook
from tracer.graph.callgraph import CallGraph
from tracer.graph.interfaces import Implementation

_LINES = 40  # of source shown
_ERROR = Basic("error")
Found = TypeVar("Found", bound=Declaration)


def implements(graph: CallGraph, symbol: str) -> str:
    """Who implements an interface; for another type, the interfaces it implements.

    Raises:
        UnknownSymbolError, AmbiguousSymbolError: no type has this name, or several.
        OtherKindError: a function or a variable has it.

    """
    types = graph.resolution.types
    if symbol == "error" and not names.find(symbol, {t.id for t in graph.program.types()}):
        return _implementers(graph, _ERROR, symbol, "universe")
    declared = _type(graph, symbol)
    named, id_ = Named(declared), declared.id
    if untold := _untold(graph, named):
        return f"{id_} {untold}\n"
    if methodsets.is_interface(types, named):
        return _implementers(graph, named, id_, declared.file.package.origin)
    found = tuple(i for i in graph.interfaces.implementations() if i.type_.removeprefix("*") == id_)
    lines = [f"{_place(graph, i.interface)}  {i.interface}{_by(i)}\n" for i in found]
    return "".join([*lines, f"{id_} implements {_counted(len(lines), 'interface')}\n"])


def _implementers(graph: CallGraph, interface: Type, name: str, origin: str) -> str:
    found = graph.interfaces.of(interface, name, origin)
    lines = [f"{_place(graph, i.type_)}  {i.type_}{_by(i)}\n" for i in found]
    return "".join([*lines, f"{_implementing(len(lines))} {name}\n"])


def _implementing(types: int) -> str:
    return f"{types} {'type implements' if types == 1 else 'types implement'}"


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
    """The package of this path or end of it; None where there is none.

    Own ones come first, then functions, then vendored packages.

    Raises:
        AmbiguousSymbolError: there are several, and no function of this name.

    """
    packages = graph.program.packages
    own = [path for path, package in packages.items() if package.origin == "own"]
    is_function = bool(names.find(symbol, graph.resolution.names))
    found = names.find(symbol, own) or (() if is_function else names.find(symbol, packages))
    if len(found) > 1 and not is_function:
        raise AmbiguousSymbolError(symbol, found)
    return packages[found[0]] if len(found) == 1 else None


def show(graph: CallGraph, symbol: str) -> str:
    """A declaration or a function literal: its place, its form, its source.

    Raises:
        UnknownSymbolError, AmbiguousSymbolError: nothing has this name, or several things.

    """
    literal = lookup.function(graph, symbol) if "$" in symbol else ""
    if (closure := graph.resolution.closure(literal)) is not None:
        span, parent = (closure.pos.line, closure.end.line), names.short(closure.parent)
        told = f"{closure.file}:{closure.pos.line}  function literal in {parent}"
        return _shown(graph, closure.name, told, closure.file, span, _calls(graph, closure.name))
    if method := lookup.interface_method(graph, symbol):
        return _method(graph, method)
    declared = _find(symbol, _declarations(graph))
    file = declared.file.path
    told = f"{file}:{declared.pos.line}  {_form(graph, declared)}"
    return _shown(graph, declared.id, told, file, _span(declared), _tail(graph, declared))


def _method(graph: CallGraph, method: str) -> str:
    """A method that an interface declares."""
    interface, name = lookup.interface_methods(graph)[method], method.rpartition(".")[2]
    form, file = interface.spec.type_, interface.file.path
    written = form.methods if isinstance(form, go.InterfaceType) else ()  # else it has another's
    lines = (n.pos.line for field in written for n in field.names if n.name == name)
    line = next(lines, interface.pos.line)
    asked = methodsets.interface_methods(graph.resolution.types, Named(interface)) or {}
    callers = _counted(len(graph.callers_through(method)), "caller")
    told = f"{file}:{line}  {text(asked[name][1])}, a method of an interface"
    short, named = names.short(interface.id), Named(interface)
    types = f"{_implementing(len(graph.interfaces.implementers(named)))} {short}"
    untold = _untold(graph, named)
    tail = f"{callers}; {f'{short} {untold}' if untold else types}\n"
    return _shown(graph, method, told, file, (line, line), tail)


def _shown(
    graph: CallGraph, id_: str, told: str, file: str, span: tuple[int, int], tail: str
) -> str:
    source = graph.program.tree.files[file]
    start, end = span
    last = min(end, start + _LINES - 1)
    lines = [f"{n:5}  {source.line(n)}" for n in range(start, last + 1)]
    if last < end:
        lines.append(f"       … {end - last} more lines")
    return "\n".join([id_, told, "", *lines, "", tail])


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
            return kind(declared)


def _tail(graph: CallGraph, declared: Declaration) -> str:
    if isinstance(declared, Function):
        return _calls(graph, declared.id)
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


def _calls(graph: CallGraph, function: str) -> str:
    """How many callers and callees a function has, and where it belongs."""
    out, into = len(graph.edges(function)), len(graph.callers(function))
    rules = graph.rules
    told = f"layer {rulebook.layer(rules, function)}, role {rulebook.role(rules, function)}"
    counts = f"{_counted(into, 'caller')}, {_counted(out, 'callee')}"
    return f"{counts}; {told}, {rulebook.lens(rules, function)}\n"


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
    """A type of the tree of this name; else an interface of the library's."""
    wanted = symbol.lstrip("*")
    types = {t.id: t for t in graph.program.types()}
    if not names.find(wanted, types):
        library = {t.id: t for t in standard_interfaces(graph.program)}
        others = _declarations(graph)
        if names.find(wanted, library):
            return _find(wanted, library)
        if names.find(wanted, others):
            other = _find(wanted, others)
            raise OtherKindError(symbol, names.short(other.id), kind(other), "type")
    return _find(wanted, types)


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
    local = next((t for t in graph.resolution.types.locals if t.id == bare), None)
    declared = package.scope.get(bare.rpartition(".")[2], local) if package else None
    return (
        f"{declared.file.path}:{declared.pos.line}"
        if declared and package and package.origin != "std"
        else "std"
    )
