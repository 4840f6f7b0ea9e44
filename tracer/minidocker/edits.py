"""Put a learner's text in the place of a function: done in the browser, before the run."""

import textwrap
from pathlib import Path
from typing import NamedTuple


class Edit(NamedTuple):
    """The text that takes the place of some lines of a file."""

    file: str  # below the package
    first: int  # the line of the `def`
    last: int
    text: str  # dedented


class EditError(ValueError):
    """The text is no Python; the message says where."""


def apply(package: Path, edits: list[Edit]) -> None:
    """Rewrite the files of a package.

    Raises:
        EditError: a text is no Python.

    """
    for edit in sorted(edits, key=lambda each: each.first, reverse=True):
        place = package / edit.file
        content = splice(place.read_text(encoding="utf-8"), edit)
        _check(content, edit)
        place.write_text(content, encoding="utf-8")


def splice(content: str, edit: Edit) -> str:
    """Put a text in the place of its lines, as far in as they are."""
    lines = content.split("\n")
    old = lines[edit.first - 1]
    indent = old[: len(old) - len(old.lstrip())]
    new = textwrap.indent(textwrap.dedent(edit.text.replace("\t", "    ")).strip("\n"), indent)
    return "\n".join([*lines[: edit.first - 1], *new.split("\n"), *lines[edit.last :]])


def _check(content: str, edit: Edit) -> None:
    try:
        compile(content, edit.file, "exec")
    except SyntaxError as error:
        line = (error.lineno or edit.first) - edit.first + 1
        raise EditError(f"line {line}: {error.msg}") from None
