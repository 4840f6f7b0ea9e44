"""Write a folder beside its place first, then exchange the two in one step.

Whenever a run ends, by whatever means, the old folder or the new one is there, whole.
A run that was killed leaves its scratch folder; the next one takes it away, as nobody locks it.
"""

import ctypes
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tracer.errors import OutputError

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)


def write(
    place: Path, files: Mapping[str, str], copies: Mapping[str, Path], mark: tuple[str, str]
) -> None:
    """Write a folder whole or not at all; one of ours that was there before is replaced.

    `copies`: files that are copied to places in it; `mark`: the file that tells it is ours.

    Raises:
        OutputError: the place cannot be written, or holds something else.

    """
    try:
        if place.exists() and not (place / mark[0]).is_file() and any(place.iterdir()):
            raise OutputError(str(place), "it holds other files; give an empty or a new directory")
        place.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(place) as scratch:
            made = scratch / "made"
            for path, content in {**files, mark[0]: mark[1]}.items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_text(content, encoding="utf-8", newline="\n", errors="replace")
            for path, origin in copies.items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(origin, made / path)
            _put(made, place)
    except OSError as error:
        raise OutputError(str(place), f"{error.strerror}; give another place") from None


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """A folder beside a place, locked while it is in use; those that nobody uses are removed."""
    for left in place.parent.glob(f".{place.name}.scratch-*"):
        with suppress(OSError), _locked(left):
            shutil.rmtree(left)
    scratch = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}.scratch-"))
    try:
        with _locked(scratch):
            yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _put(made: Path, place: Path) -> None:
    """Put a folder in its place; where the two cannot be exchanged, in two steps."""
    if not place.exists():
        made.rename(place)
        return
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename and not rename(_HERE, os.fsencode(made), _HERE, os.fsencode(place), _EXCHANGE):
        return
    place.rename(made.parent / "old")
    made.rename(place)
