"""The consoles: for results, for what is kept of them, and a sign that work goes on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from rich.console import Console


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


@contextmanager
def spinner(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being worked on."""
    from rich.progress import Progress, SpinnerColumn, TextColumn  # noqa: PLC0415 - on a terminal

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what)
        yield lambda item: bar.update(task, description=f"{what} {item}")
