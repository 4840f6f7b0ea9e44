"""Write one file: beside its place first, then moved there."""

import os
import tempfile
from pathlib import Path

from tracer.errors import OutputError


def write(place: Path, content: str) -> None:
    """Write a file whole or not at all; a link is replaced, not followed.

    A device or pipe (`/dev/stdout`) is written to, as there is nothing to replace.

    Raises:
        OutputError: the place cannot be written.

    """
    try:
        if place.is_dir():
            raise OutputError(str(place), "it is a directory; give a file name")
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists() and not place.is_file():
            place.write_text(content, encoding="utf-8", newline="\n")
        else:
            _replace(place, content)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise OutputError(str(place), f"{said}; give another place") from None


def _replace(place: Path, content: str) -> None:
    handle, scratch = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:100]}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n", errors="replace") as file:
            file.write(content)
        Path(scratch).chmod(0o644)
        Path(scratch).replace(place)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
