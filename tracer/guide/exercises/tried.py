"""What running has shown, kept in a table, so that items need no runs of their own.

    text  path  twin  digests of the texts that make a difference in its place  and of the others
    flag  path  flag  what it changes, by name; `-`: the command does not end as it does without

`scripts/try_exercises.py` makes `tried.tsv`. A text is known by its digest: one that is not in the
table, because the twin has changed since, is run.
"""

import hashlib
from functools import cache
from pathlib import Path

from tracer.guide.exercises import rewriting

TABLE = Path(__file__).with_suffix(".tsv")
_DIGEST = 8


@cache
def differs(path: str, go_name: str, text: str) -> bool:
    """Say whether a text in place of a twin makes a difference."""
    known = _texts().get((path, go_name, digest(text)))
    return rewriting.differs(path, go_name, text) if known is None else known


def is_known(path: str, go_name: str, text: str) -> bool:
    """Say whether a text is in the table."""
    return (path, go_name, digest(text)) in _texts()


@cache
def flags() -> dict[tuple[str, str], tuple[str, ...] | None]:
    """What each flag changes in the command of a path, by name; None: it ends otherwise."""
    return {
        (path, flag): None if found == "-" else tuple(found.split("; ")) if found else ()
        for kind, path, flag, found, _ in _rows()
        if kind == "flag"
    }


def digest(text: str) -> str:
    """The name of a text in the table."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


@cache
def _texts() -> dict[tuple[str, str, str], bool]:
    return {
        (path, go_name, each): noticed
        for kind, path, go_name, seen, unseen in _rows()
        if kind == "text"
        for noticed, digests in ((True, seen), (False, unseen))
        for each in digests.split()
    }


@cache
def _rows() -> tuple[list[str], ...]:
    lines = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.is_file() else []
    return tuple((line + "\t" * 4).split("\t")[:5] for line in lines)
