"""How a command asks about a tree: errors in one line, progress, and answers that were known.

An answer is what a command prints and writes.  It depends on the tree as it is read, on the build
tags, on the question, on the form of the terminal and on this program: together they are its key.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import typer
from rich.console import Console

import tracer
from tracer import pipeline, trees
from tracer.commands import cache, resolutions, syntaxes
from tracer.errors import TracerError
from tracer.golang import source as sources
from tracer.golang.types import twocores
from tracer.golang.types.resolve import Resolution
from tracer.packing import DamagedError, packed, unpacked
from tracer.render import console as consoles


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints, and the files it writes by the name it gives them."""

    shown: str
    files: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()  # what in the tree could not be read


_MOST = 1_000_000_000  # bytes of an answer; what says that it is more is damaged
# The last tree: the process ends without taking it apart, which would take a while.
_held: list[object] = []
Work = Callable[["pipeline.Traced", Console], Mapping[str, str] | None]
Beside = Callable[["pipeline.Traced"], bytes]


def nothing(_: pipeline.Traced) -> bytes:
    """Do nothing beside: a question needs all bodies, and then only one can answer it."""
    return b""


def ask(
    source: str,
    tags: str | None,
    question: Sequence[object],
    work: Work,
    beside: Beside | None = None,
) -> Answer:
    """The answer to a question about a tree, from the cache or worked out.

    `work` prints on a console, and returns the files to write.  A question that needs all bodies
    says what a copy of this process can do for it `beside`: see `pipeline.Traced`.
    """
    with one_line():
        tree = trees.find(source)
        files = None if tree.commit else pipeline.read(tree)
        screen = consoles.out()
        key = _key(tree, files, tags, (*question, consoles.form(screen)))
        answer = _known(key)
        if answer is None:
            with _reading(tree, files, tags, beside) as (traced, keep):
                problems = tuple(pipeline.problems(traced))
                written = io.StringIO()
                record = consoles.like(screen, written)
                try:
                    made = work(traced, record)
                except TracerError:  # a name that is not there, say: the tree was read all the same
                    keep({})
                    raise
            _held[:] = [traced]
            answer = Answer(written.getvalue(), dict(made or {}), problems)
            keep({key: packed(msgspec.msgpack.encode(answer))})
    for problem in answer.problems:
        sys.stderr.write(f"trace-docker: {problem}\n")
    return answer


@contextmanager
def tracing(
    source: str, tags: str | None, beside: Beside | None = None
) -> Iterator[pipeline.Traced]:
    """Read a tree, with progress on a terminal; what was left out is said on stderr.

    `beside`: see `ask`; nobody waits for it here.
    """
    with one_line():
        with _reading(trees.find(source), None, tags, beside) as (traced, keep):
            pass
        for problem in pipeline.problems(traced):
            sys.stderr.write(f"trace-docker: {problem}\n")
        yield traced
        keep({})


@contextmanager
def _reading(
    tree: trees.Tree,
    files: sources.SourceTree | None,
    tags: str | None,
    beside: Beside | None,
) -> Iterator[tuple[pipeline.Traced, Callable[[Mapping[bytes, bytes]], None]]]:
    """Read a tree and say so on a terminal; what is given keeps what was worked out, and answers.

    `beside`: see `ask`.
    """
    files = files or pipeline.read(tree)
    built = pipeline.configuration(files, _split(tags))
    known = syntaxes.known(files, _program())
    made: list[pipeline.Traced] = []  # in this process, be it the copy
    bodies: list[resolutions.Kept] = []

    def connect(
        parsed: twocores.Files, progress: consoles.Progress = consoles.silent
    ) -> Resolution:
        made.append(pipeline.connect(tree, files, built, progress, parsed))
        resolution = made[0].graph.resolution
        bodies.append(resolutions.known(resolution.program, _program()))
        resolution.kept.update(bodies[0].bodies)
        return resolution

    # Begun before progress is shown: that takes a thread, and a copy has one only.
    with (
        (
            twocores.begun(files, built, known)
            if beside is None
            else twocores.begun(files, built, known, connect, lambda: beside(made[0]))
        ) as half,
        busy("reading") as progress,
    ):
        resolution = connect(half.parse(progress), progress)
        if beside is not None:
            half.resolve(resolution, progress)

        def keep(answers: Mapping[bytes, bytes]) -> None:
            written = half.written(made[0].graph.program.parsed)
            new = syntaxes.to_keep(made[0], known, written, _program())
            if beside is not None:
                new |= resolutions.to_keep(resolution, bodies[0], half.done.packages)
            cache.put_all({**answers, **new})

        yield replace(made[0], beside=half.rest), keep


@contextmanager
def one_line() -> Iterator[None]:
    """Turn what a person can do wrong into one line and exit code 2."""
    try:
        yield
    except TracerError as error:
        sys.stderr.write(f"trace-docker: {error}\n")
        raise typer.Exit(2) from None


@contextmanager
def busy(what: str) -> Iterator[pipeline.Progress]:
    """Show that work goes on, on a terminal only."""
    if not sys.stderr.isatty():
        yield consoles.silent
        return
    with consoles.progress(what) as progress:
        yield progress


def tell(answer: Answer) -> None:
    """Print what a command prints."""
    sys.stdout.write(answer.shown)


def plain(text: str, out: Console | None = None) -> None:
    """Print a text; what comes from a tree or a file must not steer the terminal."""
    (out.file if out is not None else sys.stdout).write(sources.visible(text))


def _split(tags: str | None) -> list[str] | None:
    return None if tags is None else [t for t in tags.replace(" ", ",").split(",") if t]


def _known(key: bytes) -> Answer | None:
    kept = cache.get(key)
    try:
        return msgspec.msgpack.decode(unpacked(kept, _MOST), type=Answer) if kept else None
    except (DamagedError, msgspec.MsgspecError):
        return None


def _key(
    tree: trees.Tree,
    files: sources.SourceTree | None,
    tags: str | None,
    question: Sequence[object],
) -> bytes:
    read = files.digest if files is not None else tree.commit
    wanted = None if tags is None else sorted(_split(tags) or ())
    limit = sources.largest.get()
    parts = (_program(), tree.name, tree.title, tree.tag, read, limit, wanted, question)
    return hashlib.sha256(repr(parts).encode()).digest()


@functools.cache
def _program() -> str:
    """A digest of this program: its own files, and the releases of what is installed beside.

    A file counts as changed where its size or time is another, as Python itself judges a `.pyc`.
    """
    package = Path(__file__).parents[1]
    root = len(str(package.parent))
    digest = hashlib.sha256(f"{sys.version} {tracer.__version__}".encode())
    for folder in (package, package.parent / "templates", package.parent / "site"):
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            for name in sorted(names):
                seen = os.lstat(f"{place}/{name}")
                digest.update(f"{place[root:]}/{name} {seen.st_size} {seen.st_mtime_ns}\0".encode())
    grammar = importlib.util.find_spec("tree_sitter_go")
    if grammar is not None and grammar.origin is not None:
        beside = Path(grammar.origin).parents[1].glob("*-info")
        digest.update(repr(sorted(info.name for info in beside)).encode())
    return digest.hexdigest()
