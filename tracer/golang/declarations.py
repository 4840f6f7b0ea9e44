"""Parsed files become a `Program`: packages with their scopes, read eagerly.

Of the standard library a package is read when it is asked for: see `standard`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tracer.golang import constraints, modules, parser, standard
from tracer.golang import syntax as go
from tracer.golang.constraints import Configuration
from tracer.golang.packages import FileUnit, Function, Package, TypeName, collect
from tracer.golang.source import Problem, SourceFile, SourceTree


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
        return standard.package(path, self.release)

    @cached_property
    def release(self) -> int:
        """The release of Go whose standard library the tree builds with, as in `go1.19`."""
        asked = (modules.release(text)[1] for text in self.tree.modules.values())
        return max(standard.TABLE_BEGINS, *asked, 0)

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
    collected: Mapping[str, Package] | None = None,
) -> Program:
    """Parse the files that the configuration builds, and collect their declarations.

    Of the vendored packages only those that are imported count, as in a build of the whole tree.
    `parsed` has files that were parsed before, by path; `collected` the packages of another
    configuration, which are taken over where they have the same files.
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
    packages = _packages(tree, built, root, collected or {})
    return Program(
        tree, configuration, root, packages, left_out, tuple(problems), {f.path: f for f in built}
    )


def likely(tree: SourceTree, configuration: Configuration) -> list[SourceFile]:
    """The files that will be built, judging by the text before their first declaration."""
    found: list[SourceFile] = []
    pending, vendored = _split(tree)
    for source in pending:  # grows with what is imported
        if configuration.builds(source.name, source.content):
            found.append(source)
            for quoted in _QUOTED.findall(_DECLARED.split(source.content, 1)[0]):
                path = quoted.decode(errors="replace")
                pending.extend(vendored.pop(modules.canonical(path), ()))
    return found


_QUOTED = re.compile(rb'"([^"\s]+)"')
_DECLARED = re.compile(rb"^(?:func|type|var|const)\b", re.MULTILINE)


def _split(tree: SourceTree) -> tuple[list[SourceFile], dict[str, list[SourceFile]]]:
    """The tree's own files, and the vendored ones by import path; all are own if none else is."""
    vendored: dict[str, list[SourceFile]] = defaultdict(list)
    for file in tree.files.values():
        vendored[modules.canonical(file.folder) if modules.is_vendored(file.path) else ""].append(
            file
        )
    own = vendored.pop("", [])
    return (own, vendored) if own else ([*tree.files.values()], {})


def _packages(
    tree: SourceTree, files: list[go.File], root: str, collected: Mapping[str, Package]
) -> dict[str, Package]:
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
            before = collected.get(path)
            packages[path] = (
                before
                if before is not None and _files(before) == sorted(f.path for f in chosen)
                else collect(Package(path, name, folder, origin), chosen)
            )
    return packages


def _files(package: Package) -> list[str]:
    return [file.path for file in package.files]


def standard_interfaces(program: Program) -> Iterator[TypeName]:
    """Yield the exported interfaces of the standard packages that a program holds, by package."""
    for package in program.standard_packages():
        yield from standard.interfaces(package)
