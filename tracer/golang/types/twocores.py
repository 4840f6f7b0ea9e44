"""A whole tree on two cores: each parses the files of some folders, and resolves their bodies.

In between, each tells the other what its files declare, since to resolve a body takes the
declarations of all; and in the end what its bodies do.  Both as they are kept: see `keeping` and
`resolved`.  Then both know everything, and divide what is made of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import msgspec

from tracer import beside
from tracer.golang import declarations, keeping, parser
from tracer.golang import syntax as go
from tracer.golang.constraints import Configuration
from tracer.golang.packages import Package
from tracer.golang.source import SourceFile, SourceTree
from tracer.golang.types.resolve import Resolution

_WORTH = 500_000  # bytes of source; less is read while a copy is made
_WORTH_PARSING = 4_000_000  # the same where nothing is resolved: what was parsed beside is copied
_MEMORY = 25  # bytes that a copy takes in time for one byte of source
Files = Mapping[str, go.File]  # by path
Folders = frozenset[str]
Parts = tuple[Folders, Folders]  # ours, and those of the copy
Report = Callable[[str], None]  # is told what is worked on
Connect = Callable[[Files], Resolution]  # of a tree whose files are parsed


class _Done(msgspec.Struct, frozen=True, array_like=True):
    """What one of the two has done."""

    files: dict[str, bytes]  # by path
    packages: dict[str, bytes] = {}


_DONE = msgspec.msgpack.Decoder(_Done)


@dataclass(eq=False, repr=False)
class Half:
    """What one of the two does; alone, nothing: then it is done when somebody asks for it."""

    tree: SourceTree
    known: Files
    wanted: Sequence[SourceFile]  # the files to be parsed
    parts: Parts  # their folders
    side: int | None  # which of the two is this one's part; None where it is alone
    exchange: Callable[[bytes], bytes | None]  # says something, and hears what the other one says
    rest: Callable[[], bytes | None]  # what the other one makes of it all, where it does
    parsed: dict[str, go.File] = field(default_factory=dict)  # by us
    declared: dict[str, bytes] = field(default_factory=dict)  # files of both, without bodies
    done: _Done = field(default_factory=lambda: _Done({}))  # by both
    blocks: dict[str, Sequence[bytes]] = field(default_factory=dict)  # bodies of files, by path

    def parse(self, report: Report = lambda _: None) -> Files:
        """Parse our files, and learn what the other ones declare."""
        ours = _part(self.parts, self.side)
        for source in self.wanted:
            if source.folder in ours:
                report(source.path)
                self.parsed[source.path] = parser.parse(source)
        written = _written(self.parsed)
        told = self.exchange(msgspec.msgpack.encode(_Done(written)))
        heard = _DONE.decode(told).files if told is not None else {}
        self.declared = written | heard
        theirs = {
            path: keeping.read(written, self.tree.files[path], self._blocks)
            for path, written in heard.items()
        }
        found = {path: file for path, file in theirs.items() if file is not None}
        return {**self.known, **self.parsed, **found}

    def resolve(self, resolution: Resolution, report: Report = lambda _: None) -> None:
        """Resolve our part of the bodies, and take over the other ones."""
        self.done = self._done(resolution, report)
        told = self.exchange(msgspec.msgpack.encode(self.done))
        if told is not None:
            theirs = _DONE.decode(told)
            resolution.kept.update(theirs.packages)
            files, packages = self.done.files | theirs.files, self.done.packages | theirs.packages
            self.done = _Done(files, packages)

    def written(self, files: Files) -> Mapping[str, bytes]:
        """What we both parsed as it is kept; without those that somebody asked for bodies since."""
        return self.done.files or {
            path: kept
            for path, kept in self.declared.items()
            if path in files and not keeping.is_worth_writing(files[path])
        }

    def _done(self, resolution: Resolution, report: Report) -> _Done:
        """Resolve what is ours, and write it down with the files that were parsed for it."""
        packages: dict[str, bytes] = {}
        left = {p: k for p, k in resolution.program.packages.items() if p not in resolution.kept}
        ours = self._ours(left.values())
        for path, package in sorted(left.items()):
            if package.folder in ours:
                report(path)
                packages[path] = resolution.write(path)
        built = resolution.program.parsed
        return _Done(_written({p: f for p, f in self.parsed.items() if p in built}), packages)

    def _ours(self, packages: Iterable[Package]) -> Folders:
        """The folders of our part of some packages: those that we parsed, and others."""
        sizes = {
            package.folder: sum(len(self.tree.files[file.path].content) for file in package.files)
            for package in packages
        }
        return _part(_divided(sizes, self.parts), self.side)

    def _blocks(self, path: str) -> Sequence[bytes]:
        """The bodies of a file that the other one parsed; none before they are told."""
        if path not in self.blocks and path in self.done.files:
            self.blocks[path] = keeping.blocks(self.done.files[path])
        return self.blocks.get(path, ())


@contextmanager
def begun(
    tree: SourceTree,
    configuration: Configuration,
    known: Files,
    connect: Connect | None = None,
    rest: Callable[[], bytes] = bytes,
) -> Iterator[Half]:
    """Begin with the half that is not ours; in the end, the copy does the `rest`.

    Without `connect` the copy does no more than parse.
    """
    built = declarations.likely(tree, configuration)
    wanted = [file for file in built if file.path not in known]
    sizes: dict[str, int] = defaultdict(int)
    for file in wanted:
        sizes[file.folder] += len(file.content)
    parts = _divided(sizes, (frozenset(), frozenset()))

    def work(exchange: beside.Exchange) -> bytes:
        half = Half(tree, known, wanted, parts, 1, exchange, lambda: None)
        files = half.parse()
        if connect is not None:
            half.resolve(connect(files))
        return rest()

    work_on, worth = (wanted, _WORTH_PARSING) if connect is None else (built, _WORTH)
    size = sum(len(file.content) for file in work_on)
    with beside.beside(work, _MEMORY * size) if size >= worth else nullcontext() as copy:
        if copy is not None and copy.is_begun:
            yield Half(tree, known, wanted, parts, 0, copy.exchange, copy.result)
        else:
            yield alone(tree, known)


def alone(tree: SourceTree, known: Files) -> Half:
    """A half without another one."""
    return Half(tree, known, (), (frozenset(), frozenset()), None, lambda _: None, lambda: None)


def _divided(sizes: Mapping[str, int], begun: Parts) -> Parts:
    """Divide folders so that both parts are as large, about: the largest first.

    `begun` are parts that the folders in them stay in.
    """
    parts = set(begun[0]), set(begun[1])
    filled = [sum(sizes.get(folder, 0) for folder in part) for part in begun]
    free = sizes.keys() - begun[0] - begun[1]
    for folder in sorted(free, key=lambda f: (-sizes[f], f)):
        least = filled.index(min(filled))
        parts[least].add(folder)
        filled[least] += sizes[folder]
    return frozenset(parts[0]), frozenset(parts[1])


def _part(parts: Parts, side: int | None) -> Folders:
    return frozenset() if side is None else parts[side]


def _written(files: Files) -> dict[str, bytes]:
    """Files as they are kept; those nested too deep to be written are left out."""
    found = ((path, keeping.write(file)) for path, file in files.items())
    return {path: written for path, written in found if written is not None}
