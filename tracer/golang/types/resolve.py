"""A `Program` becomes a `Resolution`: call sites and closures of every body, worked out on demand.

`mentioning` tells which bodies can hold a call or an assignment of a name at all, from their text:
so that a question about one function never resolves the whole tree.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tracer.golang.declarations import Program
from tracer.golang.names import Names
from tracer.golang.packages import FileUnit, Function, TypeName
from tracer.golang.source import words
from tracer.golang.syntax import Pos
from tracer.golang.types import bodies, calls, outlines, resolved
from tracer.golang.types.evaluator import Closure
from tracer.golang.types.resolved import Resolved
from tracer.golang.types.typexprs import Types

_LOCAL_TYPE = re.compile(rb"\btype\s+[A-Za-z_\x80-\xff]")


@dataclass(eq=False, repr=False)
class Resolution:
    """A program, and its bodies as far as they were asked for."""

    program: Program
    types: Types
    bodies: dict[str, Resolved] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)  # package → its bodies, see `resolved`
    opened: set[str] = field(default_factory=set)  # packages whose kept bodies are in `bodies`
    tables: dict[str, dict[str, str]] = field(default_factory=dict)  # package → see `table`
    declaring: set[str] = field(default_factory=set)  # whose bodies declare types

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Every function of the tree and its vendored packages, by id."""
        return {f.id: f for f in self.program.functions()}

    @cached_property
    def names(self) -> Names:
        """The ids of all functions."""
        return Names(self.functions)

    @cached_property
    def _mentions(self) -> dict[bytes, list[str]]:
        found: dict[bytes, list[str]] = defaultdict(list)
        for id_, function in self.functions.items():
            if function.decl.body is not None:
                for word in words(function.decl.body.text):
                    found[word].append(id_)
        return found

    @cached_property
    def _in_file(self) -> dict[str, list[str]]:
        """File → the functions in it, and the initialiser of its package."""
        found: dict[str, list[str]] = defaultdict(list)
        for id_, function in self.functions.items():
            found[function.file.path].append(id_)
        for path, package in self.program.packages.items():
            for file in {unit.path for unit, _ in package.values}:
                found[file].append(f"{path}.init")
        return found

    def known_in(self, file: str) -> Iterator[Resolved]:
        """Yield the bodies of a file that were resolved by now, its package's initialiser too."""
        for owner in self._in_file.get(file, ()):
            if owner in self.bodies:
                yield self.bodies[owner]

    def body(self, owner: str) -> Resolved:
        """Resolve the body of a function, of the function around a closure, or of `path.init`."""
        owner = owner.split("$", maxsplit=1)[0]
        if owner not in self.bodies:
            self._open(owner)
        if owner not in self.bodies:
            self.bodies[owner] = self._resolve(owner)
        return self.bodies[owner]

    def mentioning(self, name: str) -> Iterator[Resolved]:
        """Resolve every body whose text holds a name, and every package initialiser."""
        yield from self.naming(name)
        yield from self.initializers

    def naming(self, name: str) -> Iterator[Resolved]:
        """Resolve every function whose text holds a name."""
        for owner in self._mentions.get(name.encode(), ()):
            yield self.body(owner)

    @cached_property
    def initializers(self) -> tuple[Resolved, ...]:
        """Every package initialiser."""
        packages = sorted(self.program.packages.items())
        return tuple(self.body(f"{path}.init") for path, package in packages if package.values)

    def making(self, name: str) -> Iterator[Resolved]:
        """Resolve every body with a literal of a type of this name, which may name no fields."""
        for owner in self._mentions.get(name.encode(), ()):
            body = self.functions[owner].decl.body
            if body is not None and f"{name}{{".encode() in body.text:
                yield self.body(owner)

    def everything(self, *, vendored: bool = True) -> Iterator[Resolved]:
        """Resolve every body."""
        for path in sorted(self.program.packages):
            if vendored or self.program.packages[path].origin == "own":
                yield from self.in_package(path)

    def in_package(self, path: str) -> Iterator[Resolved]:
        """Resolve every body of a package."""
        for owner in self.owners(path):
            yield self.body(owner)

    def owners(self, path: str) -> list[str]:
        """The names of all that has a body in a package."""
        package = self.program.packages[path]
        functions = [function.id for function in sorted(package.functions(), key=_place)]
        return [f"{path}.init", *functions] if package.values else functions

    def write(self, path: str) -> bytes:
        """The bodies of a package as they are kept."""
        found = {owner: self.body(owner) for owner in self.owners(path)}
        kept = {o: body for o, body in found.items() if o not in self.declaring}
        outline = outlines.outline(self.program, self.program.packages[path])
        return resolved.write(kept, self.table(path), outline)

    def table(self, path: str) -> dict[str, str]:
        """The call sites of a package as rows of a table, by file: see `calls.rows`."""
        if path not in self.tables:
            known = resolved.table(self.kept[path]) if path in self.kept else None
            found = (site for body in self.in_package(path) for site in body.sites)
            self.tables[path] = calls.rows(found) if known is None else known
        return self.tables[path]

    def types_in_bodies(self) -> tuple[TypeName, ...]:
        """The types that the tree's own functions declare inside, by place."""
        for function in self.functions.values():
            body = function.decl.body
            if body is None or function.file.package.origin != "own":
                continue
            if b"type" in body.text and _LOCAL_TYPE.search(body.text):
                self.body(function.id)
        found = [t for t in self.types.locals if t.file.package.origin == "own"]
        return tuple(sorted(found, key=lambda t: (t.file.path, t.pos)))

    def closure(self, name: str) -> Closure | None:
        """Find a closure by its name."""
        found = self.body(name).closures if "$" in name else ()
        return next((c for c in found if c.name == name), None)

    def file_of(self, owner: str) -> FileUnit | None:
        """The file of a function or closure of the tree."""
        function = self.functions.get(owner.split("$", maxsplit=1)[0])
        return function.file if function else None

    @cached_property
    def _reader(self) -> resolved.Reader:
        return resolved.Reader(self.program, self._resolve)

    def _open(self, owner: str) -> None:
        """Take over the kept bodies of the package that a body is in."""
        function = self.functions.get(owner)
        path = function.file.package.path if function else owner.removesuffix(".init")
        if path in self.kept and path not in self.opened:
            self.opened.add(path)
            for each, body in self._reader.bodies(self.kept[path]).items():
                self.bodies.setdefault(each, body)

    def _resolve(self, owner: str) -> Resolved:
        declared = len(self.types.locals)
        function = self.functions.get(owner)
        if function is not None:
            body = bodies.walk(self.types, function)
        else:
            package = self.program.packages.get(owner.removesuffix(".init"))
            values = package.values if package else []
            body = bodies.walk_initializers(self.types, owner.removesuffix(".init"), values)
        if len(self.types.locals) > declared:
            self.declaring.add(owner)
        sites = tuple(calls.site(self.types, call, nth) for nth, call in enumerate(body.calls))
        return resolved.of(sites, body)


def resolve(program: Program) -> Resolution:
    """Make a resolution of a program; nothing is worked out yet."""
    return Resolution(program, Types(program))


def _place(function: Function) -> tuple[str, Pos]:
    return function.file.path, function.pos
