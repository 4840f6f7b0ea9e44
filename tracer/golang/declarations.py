"""Parsed files become a `Program`: packages with their scopes, read eagerly.

Terms.  A *declaration* is a package-level function, method, type, variable or constant.
Its `id` is written as Go's `ssa` package does: `(*import/path.T).M`, `import/path.F`.
The standard library is read from a table of published signatures (`std.txt`) when it is asked for.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files as resources

import msgspec

from tracer.golang import constraints, modules, parser
from tracer.golang import syntax as go
from tracer.golang.constraints import Configuration
from tracer.golang.source import Problem, SourceFile, SourceTree


class FileUnit(msgspec.Struct, frozen=True, eq=False):
    """A file as its declarations see it."""

    path: str
    package: "Package"
    imports: Mapping[str, str]  # local name → import path; unnamed imports have the key ":path"
    dots: tuple[str, ...]  # import paths whose names are taken in unqualified


class Function(msgspec.Struct, frozen=True, eq=False):
    """A declared function or method."""

    file: FileUnit
    decl: go.FuncDecl
    name: str  # `init#1` for the first init of a package
    receiver: str  # the receiver's base type; empty for a function
    pointer: bool
    id: str  # its name in SSA notation

    @property
    def pos(self) -> go.Pos:
        """Where its name stands."""
        return self.decl.pos


class TypeName(msgspec.Struct, frozen=True, eq=False):
    """A declared type, package-level or local."""

    file: FileUnit
    spec: go.TypeSpec
    name: str
    scope: object = None  # the scope a local type was declared in

    @property
    def id(self) -> str:
        """Its name in SSA notation."""
        path = self.file.package.path
        return f"{path}.{self.name}" if path else self.name

    @property
    def pos(self) -> go.Pos:
        """Where its name stands."""
        return self.spec.name.pos


class Variable(msgspec.Struct, frozen=True, eq=False):
    """A package-level variable or constant."""

    file: FileUnit
    spec: go.ValueSpec
    name: str
    index: int  # among the names of its specification

    @property
    def id(self) -> str:
        """Its name in SSA notation."""
        return f"{self.file.package.path}.{self.name}"

    @property
    def pos(self) -> go.Pos:
        """Where its name stands."""
        return self.spec.names[self.index].pos


Declaration = Function | TypeName | Variable


@dataclass(eq=False, repr=False)
class Package:
    """One package under one build configuration."""

    path: str
    name: str
    folder: str
    origin: str  # own, vendor or std
    files: list[FileUnit] = field(default_factory=list)
    scope: dict[str, Declaration] = field(default_factory=dict)
    methods: dict[str, dict[str, Function]] = field(default_factory=lambda: defaultdict(dict))
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


@dataclass(eq=False, repr=False)
class Program:
    """All declarations of a tree under one configuration."""

    tree: SourceTree
    configuration: Configuration
    root: str  # the import path of the tree's root
    packages: dict[str, Package]
    left_out: dict[str, str]  # file → why it is not built: its constraint, or nothing imports it
    problems: tuple[Problem, ...]
    parsed: Mapping[str, go.File]  # the files built, by path
    # What each file's imports are called in it, as far as it was asked for.
    imported: dict[FileUnit, dict[str, str]] = field(default_factory=dict)

    def package(self, path: str) -> Package | None:
        """Find a package of the tree, its dependencies or the standard library."""
        path = modules.canonical(path)
        return self.packages.get(path) or self.standard_package(path)

    def standard_package(self, path: str) -> Package | None:
        """Find a standard package, of Go 1.19 unless a go.mod of the tree asks for a later one."""
        return standard_package(path, self._release)

    @cached_property
    def _release(self) -> int:
        asked = (modules.release(text)[1] for text in self.tree.modules.values())
        return max(_TABLE_BEGINS, *asked, 0)

    def standard_packages(self) -> Iterator[Package]:
        """Yield the standard packages that a build of the tree holds, by path."""
        built = [file for package in self.packages.values() for file in package.files]
        pending = [path for file in built for path in (*file.imports.values(), *file.dots)]
        found: dict[str, Package] = {}
        while pending:
            path = pending.pop()
            package = self.standard_package(path) if path not in found else None
            if package is not None and path not in self.packages:
                found[path] = package
                pending.extend(used for file in package.files for used in file.imports.values())
        yield from (found[path] for path in sorted(found))

    def functions(self) -> Iterator[Function]:
        """Yield the functions of the tree and its vendored packages, by package."""
        for path in sorted(self.packages):
            yield from sorted(self.packages[path].functions(), key=lambda f: (f.file.path, f.pos))

    def types(self) -> Iterator[TypeName]:
        """Yield the types of the tree and its vendored packages, by package."""
        for path in sorted(self.packages):
            yield from sorted(self.packages[path].types(), key=lambda t: (t.file.path, t.pos))


def declare(
    tree: SourceTree,
    configuration: Configuration,
    progress: Callable[[SourceFile], None] = lambda _: None,
    parsed: Mapping[str, go.File] | None = None,
) -> Program:
    """Parse the files that the configuration builds, and collect their declarations.

    Of the vendored packages only those that are imported count, as in a build of the whole tree.
    `parsed` has files that were parsed before, by path.
    """
    parsed = parsed or {}
    built: list[go.File] = []
    left_out: dict[str, str] = {}
    problems = list(tree.problems)
    pending, vendored = _split(tree)
    for source in pending:  # grows with what is imported
        progress(source)
        if not configuration.builds(source.name, source.content):
            left_out[source.path] = constraints.describe(source.name, source.content)
            continue
        file = parsed.get(source.path) or parser.parse(source)
        problems.extend(Problem(file.path, line, "syntax error") for line in file.errors[:1])
        problems.extend(Problem(file.path, *cut) for cut in file.cut)
        built.append(file)
        for spec in file.imports:
            pending.extend(vendored.pop(modules.canonical(spec.path), ()))
    left_out |= {f.path: "nothing that is built imports it" for v in vendored.values() for f in v}
    root = modules.import_root(tree, built)
    packages = _packages(tree, built, root)
    return Program(
        tree, configuration, root, packages, left_out, tuple(problems), {f.path: f for f in built}
    )


def _split(tree: SourceTree) -> tuple[list[SourceFile], dict[str, list[SourceFile]]]:
    """The tree's own files, and the vendored ones by import path; all are own if none else is."""
    vendored: dict[str, list[SourceFile]] = defaultdict(list)
    for file in tree.files.values():
        vendored[modules.canonical(file.folder) if modules.is_vendored(file.path) else ""].append(
            file
        )
    own = vendored.pop("", [])
    return (own, vendored) if own else ([*tree.files.values()], {})


def _packages(tree: SourceTree, files: list[go.File], root: str) -> dict[str, Package]:
    folders: dict[str, list[go.File]] = defaultdict(list)
    for file in files:
        folders[tree.files[file.path].folder].append(file)
    packages: dict[str, Package] = {}
    # Own packages come first, so that a vendored copy never hides them.
    for folder in sorted(folders, key=lambda f: (modules.is_vendored(f), f)):
        names = Counter(f.package for f in folders[folder] if f.package)
        if not names:
            continue
        name = min(names, key=lambda n: (-names[n], n))
        path = modules.import_path(folder, root, tree.modules) or name
        origin = "vendor" if modules.is_vendored(folder) else "own"
        if path not in packages:
            chosen = [f for f in folders[folder] if f.package == name]
            packages[path] = _package(Package(path, name, folder, origin), chosen)
    return packages


def _package(package: Package, files: list[go.File]) -> Package:
    for file in sorted(files, key=lambda f: f.path):
        named = {
            spec.name or f":{spec.path}": spec.path for spec in file.imports if spec.name != "."
        }
        dots = tuple(spec.path for spec in file.imports if spec.name == ".")
        unit = FileUnit(file.path, package, named, dots)
        package.files.append(unit)
        _collect(package, unit, file)
    return package


def _collect(package: Package, unit: FileUnit, file: go.File) -> None:
    for decl in file.functions:
        receiver, pointer = receiver_of(decl)
        if receiver:
            name = decl.name.name
            id_ = f"({'*' if pointer else ''}{package.path}.{receiver}).{name}"
            method = Function(unit, decl, name, receiver, pointer, id_)
            package.methods[receiver].setdefault(name, method)
        elif decl.name.name == "init":
            name = f"init#{len(package.initializers) + 1}"
            package.initializers.append(_function(unit, decl, name))
        elif decl.name.name != "_":
            name = decl.name.name
            package.scope.setdefault(name, _function(unit, decl, name))
    for spec in file.types:
        package.scope.setdefault(spec.name.name, TypeName(unit, spec, spec.name.name))
    for value in file.values:
        package.values.append((unit, value))
        for index, ident in enumerate(value.names):
            if ident.name != "_":
                package.scope.setdefault(ident.name, Variable(unit, value, ident.name, index))


def _function(unit: FileUnit, decl: go.FuncDecl, name: str) -> Function:
    return Function(unit, decl, name, "", pointer=False, id=f"{unit.package.path}.{name}")


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


# The standard library

_TABLE_BEGINS = 19  # Go 1.19 is the oldest release that the table describes whole
_RELEASED = re.compile(r"^.*// go1\.(\d+)\n", re.MULTILINE)


@cache
def _standard_texts() -> Mapping[str, str]:
    table = resources("tracer.golang").joinpath("std.txt").read_text(encoding="utf-8")
    parts = re.split(r"^-- (\S+) --\n", table, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def standard_package(path: str, release: int) -> Package | None:
    """The API of a standard-library package as of Go 1.`release`; None for any other path."""
    text = _standard_texts().get(path)
    if text is None:
        return None
    text = _RELEASED.sub(lambda line: "" if int(line[1]) > release else line[0], text)
    file = parser.parse(SourceFile(f"{path}.go", text.encode()))
    return _package(Package(path, file.package, path, "std"), [file])


def is_standard(path: str) -> bool:
    """Say whether an import path belongs to the standard library."""
    return path in _standard_texts()


def standard_interfaces(program: Program) -> Iterator[TypeName]:
    """Yield the exported interfaces of the standard packages that a program holds, by package."""
    for package in program.standard_packages():
        for declared in package.types():
            is_interface = isinstance(declared.spec.type_, go.InterfaceType)
            if is_interface and not declared.spec.type_params and declared.name[0].isupper():
                yield declared
