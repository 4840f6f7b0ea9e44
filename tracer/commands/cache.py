"""Answers kept in one SQLite file in the user's cache: key → bytes.

A cache may be missing, locked, read-only, full, damaged or somebody else's: then there is none, and
the answer is worked out.  What is read is checked against its digest and taken for nothing but
data.  The file is bounded: what was not asked for longest goes first.
"""

import contextlib
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import platformdirs

MOST = 256_000_000  # bytes of answers
Found = TypeVar("Found")
_OURS = 0x74726163  # PRAGMA application_id
_FORM = 1  # PRAGMA user_version
_AT_ONCE = 500  # keys in one statement; old releases of SQLite take 999
_WAIT = 2.0  # seconds for another process to end its short transaction
_TABLE = """CREATE TABLE answers (
    key BLOB PRIMARY KEY, used REAL NOT NULL, digest BLOB NOT NULL, value BLOB NOT NULL
)"""


class _ForeignError(sqlite3.DatabaseError):
    """A file that we did not make."""


def place() -> Path:
    """Where the answers are kept."""
    return platformdirs.user_cache_path("trace-docker") / "answers.sqlite"


def get(key: bytes) -> bytes | None:
    """What is kept under a key, if it is there and sound."""
    return get_all([key]).get(key)


def get_all(keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """What is kept under some keys, as far as it is there and sound."""

    def read(cache: sqlite3.Connection) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for some in (keys[i : i + _AT_ONCE] for i in range(0, len(keys), _AT_ONCE)):
            marks = ",".join("?" * len(some))
            asked = f"SELECT key, digest, value FROM answers WHERE key IN ({marks})"  # noqa: S608 - marks only
            rows = cache.execute(asked, some)
            found |= {key: value for key, digest, value in rows if digest == _digest(value)}
        with contextlib.suppress(sqlite3.OperationalError):  # read-only: it stays as old
            used = [(time.time(), key) for key in found]
            cache.executemany("UPDATE answers SET used = ? WHERE key = ?", used)
        return found

    return (_within(read) or {}) if os.access(place(), os.R_OK) else {}


def put_all(answers: Mapping[bytes, bytes]) -> None:
    """Keep some answers, if they can be kept."""
    fitting = {key: value for key, value in answers.items() if len(value) <= MOST}

    def write(cache: sqlite3.Connection) -> None:
        now = time.time()
        rows = ((key, now, _digest(value), value) for key, value in fitting.items())
        cache.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows)
        cache.execute(
            "DELETE FROM answers WHERE key IN (SELECT key FROM (SELECT key,"
            " sum(length(value)) OVER (ORDER BY used DESC, key) AS size FROM answers)"
            " WHERE size > ?)",
            (MOST,),
        )

    if fitting:
        with contextlib.suppress(OSError):
            place().parent.mkdir(parents=True, exist_ok=True)
        _within(write)


def _within(work: Callable[[sqlite3.Connection], Found]) -> Found | None:
    """Work with the file in one transaction; None where something is wrong with it."""
    try:
        with contextlib.closing(sqlite3.connect(place(), timeout=_WAIT)) as cache, cache:
            _prepare(cache)
            return work(cache)
    except sqlite3.OperationalError:  # locked, read-only, full, no place
        return None
    except sqlite3.DatabaseError:  # damaged or foreign: set aside, and a new one is made next time
        for end in ("", "-journal", "-wal", "-shm"):
            file = place().with_name(place().name + end)
            with contextlib.suppress(OSError):
                file.replace(file.with_name(f"{file.name}.damaged"))
        return None


def _prepare(cache: sqlite3.Connection) -> None:
    """Make a new file ours.

    Raises:
        _ForeignError: it is somebody else's, or of another release.

    """
    cache.execute("PRAGMA synchronous = OFF")  # a power cut may cost what can be worked out again
    if _marks(cache) == (_OURS, _FORM):
        return
    cache.execute("PRAGMA auto_vacuum = FULL")
    cache.execute("BEGIN IMMEDIATE")  # another process may be making it at this moment
    if (found := _marks(cache)) == (_OURS, _FORM):
        return
    if found != (0, 0) or cache.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise _ForeignError
    cache.execute(_TABLE)
    cache.execute(f"PRAGMA application_id = {_OURS}")
    cache.execute(f"PRAGMA user_version = {_FORM}")


def _marks(cache: sqlite3.Connection) -> tuple[int, int]:
    """What a file says of itself: whose it is, and of which form."""
    return _pragma(cache, "application_id"), _pragma(cache, "user_version")


def _pragma(cache: sqlite3.Connection, name: str) -> int:
    return int(cache.execute(f"PRAGMA {name}").fetchone()[0])


def _digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()
