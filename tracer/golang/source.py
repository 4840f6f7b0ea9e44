"""A directory becomes a `SourceTree`: the Go files in it, as bytes.

The only module of `golang` that touches the disk.
Left out: tests (`_test.go`), `testdata`, and folders whose name starts with a dot or an underscore,
as the go command leaves them out.  Links are not followed, so nothing outside the tree is read.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

from tracer.errors import NoGoSourceError

# Bytes of a file; what is larger was written by a program.
largest: ContextVar[int] = ContextVar("largest", default=4_000_000)
_TOLD = 8  # problems, and kinds of them


_PICTURES = {n: 0x2400 + n for n in range(32) if chr(n) not in "\n\t"} | {
    0x7F: 0x2421,
    0x9B: 0xFFFD,
}


def visible(text: str) -> str:
    """Show control characters as pictures: what a tree holds must not steer a terminal."""
    return text if text.isprintable() else text.translate(_PICTURES)


_IN_NAMES = bytes(c if re.match(rb"[\w\x80-\xff]", bytes([c])) else ord(" ") for c in range(256))


def words(text: bytes) -> set[bytes]:
    """The names in some Go, and what is none: numbers, parts of texts and comments."""
    return set(text.translate(_IN_NAMES).split())


class SourceFile(msgspec.Struct, frozen=True):
    """One file: `path` is relative to the tree's root, with forward slashes."""

    path: str
    content: bytes

    @property
    def folder(self) -> str:
        """Its folder, relative to the root; empty for the root itself."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its last path element."""
        return self.path.rpartition("/")[2]

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its end; empty past the end of the file."""
        lines = _lines(self.content)
        line = lines[number - 1] if 0 < number <= len(lines) else b""
        return visible(line.decode("utf-8", "replace").rstrip("\r"))


class Problem(msgspec.Struct, frozen=True):
    """Something in the tree that could not be read; the rest of the tree still works."""

    path: str
    line: int  # 0 where the whole file is meant
    message: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.message}"
            if self.line
            else f"{self.path}: {self.message}"
        )


@dataclass(frozen=True)
class SourceTree:
    """The Go files and go.mod files of one tree, sorted by path."""

    name: str  # as a person reads it: "pocket tree of Docker 1.2.0", "v1.2.0"
    files: Mapping[str, SourceFile]
    modules: Mapping[str, str]  # folder of each go.mod → its text
    problems: tuple[Problem, ...] = ()

    @cached_property
    def digest(self) -> str:
        """A digest of all that was read."""
        digest = hashlib.sha256()
        for path, file in self.files.items():
            digest.update(repr((path, hashlib.sha256(file.content).hexdigest())).encode())
        digest.update(repr((sorted(self.modules.items()), self.problems)).encode())
        return digest.hexdigest()


@lru_cache(maxsize=100)  # one file's lines are asked for one after the other
def _lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")


def read(root: Path, name: str) -> SourceTree:
    """Read every Go file below `root`.

    Raises:
        NoGoSourceError: there is none.

    """
    problems: list[Problem] = []

    def left_out(error: OSError) -> None:
        place = Path(error.filename).relative_to(root).as_posix()
        problems.append(Problem(place, 0, f"{error.strerror}; it is left out"))

    contents: dict[str, bytes] = {}
    for path in _go_files(root, left_out):
        try:
            with path.open("rb") as file:
                contents[path.relative_to(root).as_posix()] = file.read(largest.get() + 1)
        except OSError as error:
            left_out(error)
    return from_contents(contents, name, problems)


def from_contents(
    contents: Mapping[str, bytes], name: str, problems: Iterable[Problem] = ()
) -> SourceTree:
    """Build a tree from path → content, sorted by path; what is no Go file is left out.

    Raises:
        NoGoSourceError: there is none.

    """
    files: dict[str, SourceFile] = {}
    modules: dict[str, str] = {}
    found = [*problems]
    for path in sorted(contents, key=_place):
        content = contents[path]
        if not is_read(path):
            continue
        folder, _, last = path.rpartition("/")
        if (problem := _unfit(path, content)) is not None:
            found.append(problem)
        elif last == "go.mod":
            modules[folder] = content.decode()
        else:
            files[path] = SourceFile(path, content)
    if not files and not found:
        raise NoGoSourceError(name)
    return SourceTree(name, files, modules, tuple(found))


def from_texts(texts: Mapping[str, str], name: str = "texts") -> SourceTree:
    """Build a tree from path → text; what tests use in place of a disk."""
    files = {
        path: SourceFile(path, text.encode())
        for path, text in sorted(texts.items())
        if _is_built(path.rpartition("/")[2])
    }
    modules = {
        path.rpartition("/")[0]: text for path, text in texts.items() if path.endswith("go.mod")
    }
    return SourceTree(name, files, modules)


def summary(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield the problems as a person reads them: the first, and how many there are of each."""
    yield from (str(problem) for problem in problems[:_TOLD])
    if len(problems) > 1:
        counts = Counter(problem.message for problem in problems)
        told = ", ".join(f"{message} ({count})" for message, count in counts.most_common(_TOLD))
        yield f"{len(problems)} problems: {told}; the rest of the tree is read"


def _unfit(path: str, content: bytes) -> Problem | None:
    """Why a file is not read, if it is not."""
    if not path.isprintable():  # a line break, a control character, a mark that turns the writing
        shown = path.encode("unicode_escape").decode()
        return Problem(shown, 0, "a name that cannot be shown; it is left out")
    if len(content) > largest.get():
        return Problem(path, 0, f"more than {largest.get() / 1_000_000:g} MB; it is left out")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Problem(path, line, "not UTF-8; it is left out")
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        return Problem(path, line, "not text; it is left out")
    return None


def _go_files(root: Path, left_out: Callable[[OSError], None]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=left_out):
        folders[:] = sorted(filter(_is_looked_into, folders))
        for name in sorted(names):
            if _is_built(name) or name == "go.mod":
                path = Path(folder, name)
                if path.is_file() and not path.is_symlink():
                    yield path


def _place(path: str) -> tuple[list[str], str]:
    """A file's turn: a folder's own files come before its subfolders."""
    folder, _, name = path.rpartition("/")
    return (folder.split("/") if folder else [], name)


def is_read(path: str) -> bool:
    """Say whether a file is looked at: Go that is no test, and what names a module."""
    folder, _, last = path.rpartition("/")
    return (last == "go.mod" or _is_built(last)) and _is_looked_into(folder)


def _is_built(name: str) -> bool:
    return name.endswith(".go") and not name.endswith("_test.go") and name[0] not in "._"


def _is_looked_into(folder: str) -> bool:
    return not any(part[:1] in {".", "_"} or part == "testdata" for part in folder.split("/"))
