"""What a package remembers between calls: package variables and receivers' fields assigned to.

A toolset has no memory of its own: whatever it works on is handed to it.  Counted are assignments
in bodies of functions, their closures included, to a package variable, an element or a field of
it, and to a field of a method's receiver.  `init` and initial values are no run time.
Not seen: what a variable points to being changed by a method (`pool.Put`), or through an address
other than one given to package atomic.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

import msgspec

from tracer.golang import names
from tracer.golang import syntax as go
from tracer.golang.packages import Function, Variable
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place


class Memory(msgspec.Struct, frozen=True, order=True):
    """A package, and what it assigns to at run time: names, each with the first place."""

    package: str
    variables: tuple[tuple[str, str], ...]  # name, file:line
    fields: tuple[tuple[str, str], ...]  # type.field, file:line

    def __str__(self) -> str:
        shown = ", ".join(f"{name} ({place})" for name, place in self.variables)
        return (
            f"{self.package}: {_count(len(self.variables), 'package variable')} and "
            f"{_count(len(self.fields), 'field')} of receivers assigned to after init"
            + (f": {shown}" if shown else "")
        )


def memories(graph: CallGraph, packages: Collection[str]) -> tuple[Memory, ...]:
    """What each of some packages remembers, by path."""
    variables: dict[str, dict[str, Place]] = defaultdict(dict)
    parts: dict[str, dict[str, Place]] = defaultdict(dict)
    for id_ in sorted(graph.resolution.functions):
        function = graph.resolution.functions[id_]
        path = function.file.package.path
        if path in packages and not function.name.startswith("init#"):
            for name, place in _assigned(function):
                kept = parts if "." in name else variables
                kept[path][name] = min(place, kept[path].get(name, place), key=_by_line)
    return tuple(Memory(p, _sorted(variables[p]), _sorted(parts[p])) for p in sorted(packages))


def summary(found: Collection[Memory]) -> str:
    """How many packages have no memory of their own, and where the others have it."""
    if not found:
        return "there is no package"
    least = [m for m in found if m.variables]
    without = len(found) - len(least)
    verb = "remembers" if 1 in {without, len(found)} else "remember"
    told = f"{without} of {_count(len(found), 'package')} {verb} nothing (no "
    told += "package variable is assigned to after init)"
    places = (f"{names.short(m.package)} ({m.variables[0][1]})" for m in least)
    return f"{told}; others: {', '.join(places)}" if least else told


def _assigned(function: Function) -> Iterator[tuple[str, Place]]:
    """The package variables and receiver's fields that a body assigns to."""
    if function.decl.body is None:
        return
    scope = function.file.package.scope
    receiver = _receiver(function.decl)
    nodes = [*go.walk(function.decl.type_), *go.walk(function.decl.body.block)]
    nodes.sort(key=lambda node: node.pos)
    local = {receiver, *(name for node in nodes for name in _declared(node))}
    for node in nodes:
        for target in _targets(node):
            base, field = _base(target)
            place = Place(function.file.path, node.pos.line)
            if base and base == receiver and field:
                yield f"{function.receiver}.{field}", place
            elif base not in local and isinstance(scope.get(base), Variable):
                yield base, place


def _targets(node: go.Node) -> tuple[go.Expr, ...]:
    match node:
        case go.AssignStmt(left=left, op=op) if op != ":=":
            return left
        case go.RangeStmt(left=left, defines=False):
            return left
        case go.CallExpr(func=go.Ident(name="delete"), args=(first, *_)):
            return (first,)
        case go.CallExpr(
            func=go.SelectorExpr(x=go.Ident(name="atomic"), sel=called),
            args=(go.UnaryExpr(x=first), *_),
        ) if not called.name.startswith("Load"):
            return (first,)
        case _:
            return ()


def _base(target: go.Expr) -> tuple[str, str]:
    """The name that an expression begins with, and the field that is taken from it first."""
    field = ""
    while True:
        match target:
            case go.SelectorExpr(x=x, sel=sel):
                target, field = x, sel.name
            case go.IndexExpr(x=x) | go.StarExpr(x=x) | go.ParenExpr(x=x):
                target = x
            case go.Ident(name=name):
                return name, field
            case _:
                return "", ""


def _declared(node: go.Node) -> Iterator[str]:
    names: tuple[go.Expr, ...] = ()
    match node:
        case go.AssignStmt(left=left, op=":=") | go.RangeStmt(left=left, defines=True):
            names = left
        case go.ValueSpec(names=declared) | go.Field(names=declared):
            names = declared
        case _:
            pass
    yield from (n.name for n in names if isinstance(n, go.Ident))


def _receiver(declared: go.FuncDecl) -> str:
    names = declared.receiver.names if declared.receiver else ()
    return names[0].name if names else ""


def _by_line(place: Place) -> tuple[str, int]:
    return place.file, place.line


def _sorted(found: dict[str, Place]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(found[name])) for name in sorted(found))


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
