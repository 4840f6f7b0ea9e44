"""Parse the files of a tree on two cores: some of them in a copy of this process.

What the copy has parsed comes back as it is kept (see `keeping`), bodies included.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tracer import beside
from tracer.golang import keeping, parser
from tracer.golang import syntax as go
from tracer.golang.constraints import Configuration
from tracer.golang.source import SourceFile, SourceTree

_SHARES = (0.58, 0.42)  # ours, and the copy's, which writes down what it has parsed
_WORTH = 500_000  # bytes of source; less is parsed while a copy is made
Report = Callable[[SourceFile], None]


@dataclass(frozen=True)
class Parsed:
    """Some files of a tree, by path."""

    files: Mapping[str, go.File]
    written: Mapping[str, bytes] = field(default_factory=dict)  # as they are kept, where known


@contextmanager
def begun(
    tree: SourceTree, configuration: Configuration, known: Mapping[str, go.File]
) -> Iterator[Callable[[Report], Parsed]]:
    """Begin to parse what is not known; what is given parses the other part, and waits."""
    wanted = [
        file
        for file in tree.files.values()
        if file.path not in known and configuration.builds(file.name, file.content)
    ]
    if sum(len(file.content) for file in wanted) < _WORTH or not beside.pays():
        yield lambda _: Parsed(known)
        return
    ours, theirs = _divided(wanted)
    with beside.beside(lambda: _written(theirs)) as copy:
        yield lambda report: _joined(tree, known, _parsed(ours, copy, report), copy.result())


def _divided(files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    """Divide files so that both parts take as long, about: the largest first."""
    parts: tuple[list[SourceFile], list[SourceFile]] = ([], [])
    filled = [0.0, 0.0]
    for file in sorted(files, key=lambda f: (-len(f.content), f.path)):
        least = filled.index(min(filled))
        parts[least].append(file)
        filled[least] += len(file.content) / _SHARES[least]
    return parts


def _written(files: Sequence[SourceFile]) -> dict[str, bytes]:
    """Parse files with all their bodies; those nested too deep to be written are left out."""
    found = {}
    for source in files:
        file = parser.parse(source)
        _ask(file, lambda: False)
        if (written := keeping.write(file)) is not None:
            found[source.path] = written
    return found


def _parsed(files: Sequence[SourceFile], copy: beside.Beside, report: Report) -> dict[str, go.File]:
    """Parse files; while the copy is not done with its own, their bodies too."""
    found = {}
    for source in files:
        report(source)
        found[source.path] = parser.parse(source)
    for file in found.values():
        _ask(file, copy.is_done)
    return found


def _ask(file: go.File, is_enough: Callable[[], bool]) -> None:
    for decl in file.functions:
        if is_enough():
            return
        if decl.body is not None:
            _ = decl.body.block


def _joined(
    tree: SourceTree,
    known: Mapping[str, go.File],
    ours: Mapping[str, go.File],
    written: Mapping[str, bytes],
) -> Parsed:
    read = {path: keeping.read(kept, tree.files[path]) for path, kept in written.items()}
    theirs = {path: file for path, file in read.items() if file is not None}
    return Parsed({**known, **ours, **theirs}, written)
