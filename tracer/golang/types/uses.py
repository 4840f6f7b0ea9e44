"""Which declaration each identifier of some packages means: their bodies, types and signatures.

As `go/types.Info.Uses`: a table by file and position.  Local variables, labels, predeclared names
and what cannot be told are not in it.  It has its own `Types`: nothing else pays for it.
"""

from collections.abc import Iterable, Mapping

from tracer.golang import syntax as go
from tracer.golang.declarations import Program
from tracer.golang.packages import FileUnit, Function, Package, TypeName
from tracer.golang.types import bodies, typexprs
from tracer.golang.types.model import Named
from tracer.golang.types.scopes import Member, Used
from tracer.golang.types.typexprs import Types, underlying

Uses = Mapping[FileUnit, Mapping[go.Pos, Used]]


def find(program: Program, packages: Iterable[Package]) -> Uses:
    """Note every use of something declared in these packages."""
    found: dict[FileUnit, dict[go.Pos, Used]] = {}
    types = Types(program, uses=found)
    for package in packages:
        for declared in package.types():
            _type(types, declared)
        for function in package.functions():
            _function(types, function)
        bodies.walk_initializers(types, package.path, package.values)
    for declared in types.locals:
        _type(types, declared)
    return found


def position(member: Member) -> go.Pos:
    """Where a field or a method of an interface is declared; at its type where that is unclear."""
    match member.owner.spec.type_:
        case go.StructType(fields=parts) | go.InterfaceType(methods=parts):
            for part in parts:
                for name in part.names:
                    if name.name == member.name:
                        return name.pos
                if not part.names and typexprs.embedded_name(part.type_) == member.name:
                    return part.pos
        case _:
            pass
    return member.owner.pos


def _type(types: Types, declared: TypeName) -> None:
    if declared.spec.is_alias:
        typexprs.of_type_name(types, declared)
    else:
        underlying(types, Named(declared))


def _function(types: Types, function: Function) -> None:
    receiver = function.decl.receiver
    if receiver is not None:
        typexprs.type_of(types, typexprs.receiver_scope(types, function), receiver.type_)
    bodies.walk(types, function)
