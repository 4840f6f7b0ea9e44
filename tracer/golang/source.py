"""A directory becomes a `SourceTree`: the Go files in it, as bytes.

The only module of `golang` that touches the disk.
Left out: tests (`_test.go`), `testdata`, and folders whose name starts with a dot or an underscore,
as the go command leaves them out.  Links are not followed.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tracer.errors import NoGoSourceError


@dataclass(frozen=True, slots=True)
class SourceFile:
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
        lines = self.content.split(b"\n")
        return lines[number - 1].decode("utf-8", "replace") if 0 < number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Problem:
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


def read(root: Path, name: str) -> SourceTree:
    """Read every Go file below `root`.

    Raises:
        NoGoSourceError: there is none.

    """
    problems: list[Problem] = []
    contents: dict[str, bytes] = {}
    for path in _go_files(root):
        relative = path.relative_to(root).as_posix()
        try:
            contents[relative] = path.read_bytes()
        except OSError as error:
            problems.append(Problem(relative, 0, f"{error.strerror}; the file is left out"))
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
        folder, _, last = path.rpartition("/")
        if not (last == "go.mod" or _is_built(last)) or not _is_looked_into(folder):
            continue
        if (problem := _not_text(path, content)) is not None:
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


def _not_text(path: str, content: bytes) -> Problem | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Problem(path, line, "not UTF-8; the file is left out")
    return None


def _go_files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
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


def _is_built(name: str) -> bool:
    return name.endswith(".go") and not name.endswith("_test.go") and name[0] not in "._"


def _is_looked_into(folder: str) -> bool:
    return not any(part[:1] in {".", "_"} or part == "testdata" for part in folder.split("/"))
