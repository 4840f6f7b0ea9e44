"""What the meaning of a package's bodies rests on, as one number.

It rests on the package's own files and on the packages that it imports, theirs included: a type can
come from nowhere else.  Go's build cache asks the same.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from tracer.golang import modules
from tracer.golang.declarations import Program
from tracer.golang.packages import Package


class Digest(NamedTuple):
    """Of a package: of its own files and place, and of all that it rests on."""

    own: bytes
    whole: bytes


def digests(program: Program) -> Mapping[str, Digest]:
    """The digests of each package, by path, imported ones first; none where they form a cycle."""
    imported = {path: _imported(package) for path, package in program.packages.items()}
    inside = {path: [p for p in found if p in imported] for path, found in imported.items()}
    sorter = TopologicalSorter(inside)
    with suppress(CycleError):  # it still gives what no cycle stands before
        sorter.prepare()
    found: dict[str, Digest] = {}
    while ready := sorter.get_ready():
        for path in ready:
            found[path] = _digest(program, program.packages[path], imported[path], found)
        sorter.done(*ready)
    return found


def _imported(package: Package) -> list[str]:
    written = (p for file in package.files for p in (*file.imports.values(), *file.dots))
    return sorted({modules.canonical(path) for path in written})


def _digest(
    program: Program, package: Package, imported: list[str], known: Mapping[str, Digest]
) -> Digest:
    itself = own(program, package)
    # No digest: the library's, or nobody's.
    below = [(path, known[path].whole if path in known else None) for path in imported]
    parts = itself, program.release, below
    return Digest(itself, hashlib.sha256(repr(parts).encode()).digest())


def own(program: Program, package: Package) -> bytes:
    """A digest of a package's own files and of its place."""
    parts: list[object] = [package.path, package.folder, package.origin]
    for file in package.files:
        content = program.tree.files[file.path].content
        parts.append((file.path, hashlib.sha256(content).digest()))
    return hashlib.sha256(repr(parts).encode()).digest()
