"""What names stand for: blocks in a function, then package, file and universe.

See https://go.dev/ref/spec#Declarations_and_scope.
"""

from collections.abc import Mapping

import msgspec

from tracer.golang import modules
from tracer.golang import syntax as go
from tracer.golang.declarations import Program
from tracer.golang.packages import Declaration, FileUnit, TypeName
from tracer.golang.types.model import Signature, Type, TypeParam
from tracer.golang.types.universe import BUILTINS, CONSTANTS, TYPES, Builtin


class Local(msgspec.Struct, eq=False):
    """A variable or constant declared in a function: a parameter where `parameter` is not None."""

    name: str
    type_: Type
    pos: go.Pos
    owner: str  # the function or closure that declares it
    parameter: int | None = None  # its index; the receiver is -1
    text: str | None = None  # the string it was defined as, `{}` for parts not known


class PackageName(msgspec.Struct, frozen=True):
    """An imported package."""

    path: str


class Member(msgspec.Struct, frozen=True):
    """A field of a declared struct, or a method of a declared interface."""

    owner: TypeName
    name: str


Meaning = Local | TypeParam | PackageName | Declaration | Builtin | Type
Used = Declaration | PackageName | Member  # what an identifier may lead to


class Scope(msgspec.Struct, eq=False):
    """One block; the outermost has the file as its end."""

    file: FileUnit
    owner: str  # the function or closure it belongs to
    parent: "Scope | None" = None
    names: dict[str, Local | TypeName | TypeParam] = msgspec.field(default_factory=dict)

    def child(self, owner: str = "") -> "Scope":
        """Open a block inside this one."""
        return Scope(self.file, owner or self.owner, self)


def lookup(program: Program, scope: Scope, name: str) -> Meaning | None:
    """Find what a name means here; None where nothing declares it."""
    block: Scope | None = scope
    while block is not None:
        if name in block.names:
            return block.names[name]
        block = block.parent
    file = scope.file
    if name in file.package.scope:
        return file.package.scope[name]
    if (path := imported(program, file).get(name)) is not None:
        return PackageName(path)
    for path in file.dots:
        package = program.package(path)
        if package is not None and name in package.scope:
            return package.scope[name]
    return TYPES.get(name) or CONSTANTS.get(name) or BUILTINS.get(name)


def imported(program: Program, file: FileUnit) -> Mapping[str, str]:
    """The import paths behind the package names in a file."""
    names = program.imported.get(file)
    if names is None:
        names = program.imported[file] = {}
        for key, path in file.imports.items():
            package = program.package(path) if key[0] == ":" else None
            own_name = package.name if package else modules.guessed_name(path)
            names.setdefault(own_name if key[0] == ":" else key, path)
    return names


def declare_parameters(scope: Scope, expr: go.FuncType, signature: Signature) -> None:
    """Declare a function's parameters and named results in its scope."""
    for fields, found, is_parameter in (
        (expr.params, signature.params, True),
        (expr.results, signature.results, False),
    ):
        index = 0
        for part in fields:
            for name in part.names:
                local = Local(
                    name.name, found[index], name.pos, scope.owner, index if is_parameter else None
                )
                scope.names[name.name] = local
                index += 1
            index += not part.names
