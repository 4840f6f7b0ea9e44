"""The consoles: for results, for what is kept of them, and for how far the work has come."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from rich.console import Console

from tracer.golang.source import visible


def out() -> Console:
    """The console for results: 80 columns where there is no terminal."""
    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 80)


def form(console: Console) -> tuple[object, ...]:
    """What the text on a console depends on."""
    return (console.width, console.color_system, console.no_color, console.is_terminal)


def like(console: Console, file: IO[str]) -> Console:
    """A console that writes the same text elsewhere."""
    return Console(
        file=file,
        highlight=False,
        width=console.width,
        force_terminal=console.is_terminal,
        color_system=console.color_system,  # type: ignore[arg-type] # what the property gives
        no_color=console.no_color,
        legacy_windows=False,
    )


class Progress(Protocol):
    """Is told what is being worked on, and how much of the whole is done where that is known."""

    def __call__(self, item: str, share: float | None = None) -> None:
        """Note an item; `share` goes from 0 to 1."""


def silent(item: str, share: float | None = None) -> None:
    """Tell nobody."""


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show on a terminal what is being worked on."""
    from rich import progress as bars  # noqa: PLC0415 - on a terminal

    # What is named comes from trees: it is no markup, and must not steer the terminal.
    columns = (bars.BarColumn(bar_width=24), bars.TextColumn("{task.description}", markup=False))
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def note(item: str, share: float | None = None) -> None:
            whole = None if share is None else 1.0
            bar.update(task, description=f"{what} {visible(item)}", total=whole, completed=share)

        yield note
