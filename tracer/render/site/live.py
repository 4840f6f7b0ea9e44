"""What the page needs to run the twin itself: the twin's source, and where each step is in a run.

Python for the browser (Pyodide) comes from a folder that the builder names.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tracer import minidocker
from tracer.errors import NoPyodideError
from tracer.guide.twins import Comparison
from tracer.minidocker import live
from tracer.render.site.walkthroughs import Walked

PYODIDE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)


def files(walks: Sequence[Walked]) -> Iterator[tuple[str, str]]:
    """Give the twin's source, and for each path that has a run where its steps are in it."""
    package = Path(minidocker.__path__[0])
    sources = {
        each.relative_to(package).as_posix(): each.read_text(encoding="utf-8")
        for each in sorted(package.rglob("*.py"))
    }
    yield "live/minidocker.json", json.dumps(sources, ensure_ascii=False)
    for walked in walks:
        if walked.comparison is not None:
            yield f"{walked.folder}visits.json", json.dumps(visits(walked.comparison))


def visits(comparison: Comparison) -> list[live.Visit]:
    """Note where each step of a walkthrough was found in its run."""
    found = []
    for pair in comparison.pairs:
        tick = pair.calls[0].tick if pair.twin is None and pair.calls else None
        if pair.ran is not None:
            found.append(live.visit(pair.step.number, comparison.recording, pair.ran, tick))
    return found


def pyodide(folder: Path) -> dict[str, Path]:
    """List the files of Pyodide that go beside the site.

    Raises:
        NoPyodideError: one of them is not there.

    """
    missing = [name for name in PYODIDE if not (folder / name).is_file()]
    if missing:
        raise NoPyodideError(str(folder), missing[0])
    return {f"live/{name}": folder / name for name in PYODIDE}
