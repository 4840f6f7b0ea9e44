"""What a package declares, name by name; and in what two trees differ there.

What the bodies of a package mean rests on its own files and on the declarations that these name, on
those that they name, and so on; a type's methods belong to it.  A body elsewhere does not matter.
So of a tree that is like another one, few packages need to be resolved again.

A name counts as used wherever it is written, be it in a comment or after another qualifier: what is
taken for moved and is not costs time only.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import accumulate

import msgspec

from tracer.golang import digests, modules
from tracer.golang.declarations import Program
from tracer.golang.packages import Declaration, FileUnit, Function, Package, TypeName
from tracer.golang.source import words
from tracer.golang.syntax import Pos
from tracer.golang.types import scopes

_BYTES = 16  # of the digest of a declaration
_FEW = 3  # a part of the packages: with fewer that may be the same, to find out costs too much
_NONE: frozenset[bytes] = frozenset()
_Moved = dict[str, frozenset[bytes] | None]  # package → names that mean something else; None: all


class Outline(msgspec.Struct, frozen=True, array_like=True):
    """A package as it was in one tree."""

    own: bytes  # a digest of its files
    place: tuple[str, str, str]  # its name, folder and origin
    names: dict[bytes, bytes]  # what it declares → a digest of what is written there


def outline(program: Program, package: Package) -> Outline:
    """The outline of a package."""
    files = {unit: _File(program, unit) for unit in package.files}
    names = {name: _digest(texts) for name, texts in _declared(package, files).items()}
    return Outline(digests.own(program, package), _place(package), names)


def unmoved(
    program: Program,
    own: Mapping[str, bytes],
    equal: Collection[str],
    before: Mapping[str, Outline | None],
) -> set[str]:
    """The packages whose bodies mean what they meant in another tree.

    `own` has the digests of their files, imported packages first; `equal` those of them that rest
    on what they rested on there; `before` the other ones of that tree, None where nothing is known.
    """
    known = {path: old for path, old in before.items() if old is not None}
    same = {p for p, old in known.items() if old.own == own.get(p)}
    if len(same) * _FEW < len(own) - len(equal):
        return set()  # it costs as much as it can give
    moved: _Moved = dict.fromkeys((*program.packages, *before))
    for path in own:
        package = program.packages[path]
        if path in equal:
            moved[path] = frozenset()
        elif path in known and known[path].place == _place(package):
            files = {unit: _File(program, unit) for unit in package.files}
            if path in same and not any(file.is_touched(moved) for file in files.values()):
                moved[path] = frozenset()
            else:
                same.discard(path)
                moved[path] = frozenset(_moved(known[path], _declared(package, files), moved))
    return same


class _File:
    """A file as text."""

    def __init__(self, program: Program, unit: FileUnit) -> None:
        self.content = program.tree.files[unit.path].content
        self.imports = sorted(
            (name.encode(), modules.canonical(path))
            for name, path in scopes.imported(program, unit).items()
        )
        self.meanings = [(name, b"%b\0%b\0" % (name, path.encode())) for name, path in self.imports]
        self.paths = [modules.canonical(path) for path in (*unit.imports.values(), *unit.dots)]
        self.dots = [modules.canonical(path) for path in unit.dots]
        self._syntax = program.parsed[unit.path]

    def is_touched(self, moved: _Moved) -> bool:
        """Say whether anything that moved may be used in this file."""
        names = [found for path in self.paths if (found := moved.get(path, _NONE)) != _NONE]
        written = words(self.content) if names else set()
        return any(found is None or found & written for found in names)

    def text(self, declared: Declaration) -> bytes:
        """What is written at a declaration; of a function, all but its body."""
        if isinstance(declared, Function):
            decl = declared.decl
            end = self._byte(decl.end) if decl.body is None else decl.body.start
            return self.content[self._byte(decl.start) : end]
        if isinstance(declared, TypeName):
            return self._between(declared.spec.pos, declared.spec.end)
        return self._values[declared.spec.pos]

    @cached_property
    def _values(self) -> dict[Pos, bytes]:
        """The texts of variables and constants; one that repeats the one above has its text too."""
        found: dict[Pos, bytes] = {}
        above = b""
        for spec in self._syntax.values:
            text = self._between(spec.pos, spec.end)
            parts = [spec.type_, *spec.values]
            is_repeated = any(part is not None and part.pos < spec.pos for part in parts)
            found[spec.pos] = above = above if is_repeated else text
        return found

    def _between(self, start: Pos, end: Pos) -> bytes:
        return self.content[self._byte(start) : self._byte(end)]

    def _byte(self, pos: Pos) -> int:
        return self._lines[pos.line - 1] + pos.line + pos.col - 2

    @cached_property
    def _lines(self) -> list[int]:
        """How many bytes stand before each line, ends of lines left out."""
        return [0, *accumulate(map(len, self.content.split(b"\n")))]


_Texts = list[tuple[_File, bytes]]  # what is written of one name, and where


def _declared(package: Package, files: Mapping[FileUnit, _File]) -> Mapping[bytes, _Texts]:
    """What is written of each name that a package declares, methods with their types."""
    found: dict[bytes, _Texts] = defaultdict(list)
    for name, declared in package.scope.items():
        found[name.encode()].append((files[declared.file], files[declared.file].text(declared)))
    for receiver, methods in package.methods.items():
        for _, method in sorted(methods.items()):
            file = files[method.file]
            found[receiver.encode()].append((file, file.text(method)))
    return found


def _digest(texts: _Texts) -> bytes:
    """A digest of what is written of a name, and of what the package names in it stand for."""
    parts: list[bytes] = []
    for file, text in texts:
        parts += (text, *[path.encode() for path in file.dots], b"")
        parts += [meaning for name, meaning in file.meanings if name in text]
    return hashlib.blake2b(b"\0".join(parts), digest_size=_BYTES).digest()  # no text has a NUL


def _moved(old: Outline, new: Mapping[bytes, _Texts], moved: _Moved) -> set[bytes]:
    """The names of a package that mean something else, as do the names in what is written there."""
    now = {name: _digest(texts) for name, texts in new.items()}
    found = {name for name in now.keys() | old.names.keys() if now.get(name) != old.names.get(name)}
    own = new.keys() | found
    users: dict[bytes, list[bytes]] = defaultdict(list)
    for name, texts in new.items():
        for file, text in texts:
            written = words(text)
            for used in written & own:
                users[used].append(name)
            if _names_moved(file, written, moved):
                found.add(name)
    pending = list(found)
    for name in pending:  # grows with those that name it
        further = set(users.get(name, ())) - found
        found |= further
        pending.extend(further)
    return found


def _names_moved(file: _File, written: set[bytes], moved: _Moved) -> bool:
    """Say whether something that moved may be named in a text."""
    paths = (*(path for name, path in file.imports if name in written), *file.dots)
    names = [moved.get(path, _NONE) for path in paths]
    return any(found is None or found & written for found in names)


def _place(package: Package) -> tuple[str, str, str]:
    return package.name, package.folder, package.origin
