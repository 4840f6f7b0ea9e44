"""What a package declares: its scope, as `go/types` calls it.

Terms.  A *declaration* is a package-level function, method, type, variable or constant.
Its `id` is written as Go's `ssa` package does: `(*import/path.T).M`, `import/path.F`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tracer.golang import syntax as go


class FileUnit(msgspec.Struct, frozen=True, eq=False):
    """A file as its declarations see it."""

    path: str
    package: "Package"
    imports: Mapping[str, str]  # local name → import path; unnamed imports have the key ":path"
    dots: tuple[str, ...]  # import paths whose names are taken in unqualified


class Declared:
    """What a package or a function declares; compared by identity.

    A plain class, so that where it is met inside another value it is kept by its name.
    """

    __slots__ = ("file", "name")

    def __init__(self, file: FileUnit, name: str) -> None:
        self.file: Final = file
        self.name: Final = name


class Function(Declared):
    """A declared function or method; `name` is `init#1` for the first init of a package."""

    __slots__ = ("decl", "id", "pointer", "receiver")

    def __init__(
        self, file: FileUnit, decl: go.FuncDecl, name: str, receiver: str, pointer: bool, id_: str
    ) -> None:
        super().__init__(file, name)
        self.decl: Final = decl
        self.receiver: Final = receiver  # the receiver's base type; empty for a function
        self.pointer: Final = pointer
        self.id: Final = id_  # its name in SSA notation

    @property
    def pos(self) -> go.Pos:
        """Where its name stands."""
        return self.decl.pos


class TypeName(Declared):
    """A declared type, package-level or local."""

    __slots__ = ("scope", "spec")

    def __init__(self, file: FileUnit, spec: go.TypeSpec, name: str, scope: object = None) -> None:
        super().__init__(file, name)
        self.spec: Final = spec
        self.scope: Final = scope  # the scope a local type was declared in

    @property
    def id(self) -> str:
        """Its name in SSA notation."""
        path = self.file.package.path
        return f"{path}.{self.name}" if path else self.name

    @property
    def pos(self) -> go.Pos:
        """Where its name stands."""
        return self.spec.name.pos


class Variable(Declared):
    """A package-level variable or constant."""

    __slots__ = ("index", "spec")

    def __init__(self, file: FileUnit, spec: go.ValueSpec, name: str, index: int) -> None:
        super().__init__(file, name)
        self.spec: Final = spec
        self.index: Final = index  # among the names of its specification

    @property
    def id(self) -> str:
        """Its name in SSA notation."""
        return f"{self.file.package.path}.{self.name}"

    @property
    def pos(self) -> go.Pos:
        """Where its name stands."""
        return self.spec.names[self.index].pos


Declaration = Function | TypeName | Variable


def kind(declared: Declaration) -> str:
    """What a declaration declares, in a word."""
    match declared:
        case Function():
            return "function"
        case TypeName():
            return "type"
        case Variable():
            return "constant" if declared.spec.is_const else "variable"


@dataclass(eq=False, repr=False)
class Package:
    """One package under one build configuration."""

    path: str
    name: str
    folder: str
    origin: str  # own, vendor or std
    files: list[FileUnit] = field(default_factory=list)
    scope: Mapping[str, Declaration] = field(default_factory=dict)
    methods: Mapping[str, Mapping[str, Function]] = field(default_factory=dict)  # by receiver
    initializers: list[Function] = field(default_factory=list)
    values: list[tuple[FileUnit, go.ValueSpec]] = field(default_factory=list)

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, in no particular order."""
        yield from (d for d in self.scope.values() if isinstance(d, Function))
        yield from self.initializers
        for methods in self.methods.values():
            yield from methods.values()

    def types(self) -> Iterator[TypeName]:
        """Yield every declared type."""
        yield from (d for d in self.scope.values() if isinstance(d, TypeName))


def collect(package: Package, files: Iterable[go.File]) -> Package:
    """Fill a package with what its files declare."""
    scope: dict[str, Declaration] = {}
    methods: dict[str, dict[str, Function]] = defaultdict(dict)
    package.scope, package.methods = scope, methods
    for file in sorted(files, key=lambda f: f.path):
        dots = tuple(spec.path for spec in file.imports if spec.name == ".")
        unit = FileUnit(file.path, package, imports(file.imports), dots)
        package.files.append(unit)
        package.values.extend((unit, spec) for spec in file.values)
        for found in _declarations(unit, file):
            if isinstance(found, Function) and found.receiver:
                methods[found.receiver].setdefault(found.name, found)
            elif isinstance(found, Function) and found.name == "init":
                name = f"init#{len(package.initializers) + 1}"
                numbered = Function(unit, found.decl, name, "", False, f"{package.path}.{name}")
                package.initializers.append(numbered)
            elif found.name != "_":
                scope.setdefault(found.name, found)
    return package


def _declarations(unit: FileUnit, file: go.File) -> Iterator[Declaration]:
    for decl in file.functions:
        yield function(unit, decl)
    for spec in file.types:
        yield TypeName(unit, spec, spec.name.name)
    for value in file.values:
        yield from variables(unit, value)


def imports(specs: Iterable[go.ImportSpec]) -> Mapping[str, str]:
    """What is imported, by the name it has in a file: see `FileUnit`."""
    return {spec.name or f":{spec.path}": spec.path for spec in specs if spec.name != "."}


def function(unit: FileUnit, decl: go.FuncDecl) -> Function:
    """What a function declaration declares."""
    receiver, pointer = receiver_of(decl)
    path, name = unit.package.path, decl.name.name
    owner = f"({'*' if pointer else ''}{path}.{receiver})" if receiver else path
    return Function(unit, decl, name, receiver, pointer, f"{owner}.{name}")


def variables(unit: FileUnit, spec: go.ValueSpec) -> Iterator[Variable]:
    """What a variable or constant specification declares."""
    for index, ident in enumerate(spec.names):
        yield Variable(unit, spec, ident.name, index)


def receiver_of(decl: go.FuncDecl) -> tuple[str, bool]:
    """The receiver's base type, empty for a function, and whether the receiver is a pointer."""
    if decl.receiver is None:
        return "", False
    expression: go.Expr = decl.receiver.type_
    pointer = False
    while not isinstance(expression, go.Ident):
        match expression:
            case go.StarExpr(x=x):
                expression, pointer = x, True
            case go.ParenExpr(x=x) | go.IndexExpr(x=x):
                expression = x
            case _:
                return "", False
    return expression.name, pointer
