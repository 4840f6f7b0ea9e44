"""What the page needs to run the twin itself: the twin's source, and where each step is in a run.

Python for the browser (Pyodide) comes from a folder that the builder names.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tracer import minidocker
from tracer.errors import NoPyodideError
from tracer.guide.twins import Comparison
from tracer.minidocker import live
from tracer.render.site import exercises
from tracer.render.site.book import Book

PYODIDE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
CHECKING = (  # what checks a learner's function, below `tracer/`
    "guide/__init__.py",
    "guide/exercises/__init__.py",
    "guide/exercises/breaking.py",
    "guide/exercises/item.py",
    "guide/exercises/judging.py",
    "guide/exercises/rewriting.py",
    "guide/exercises/vetting.py",
    "golang/__init__.py",
    "golang/names.py",
)


def files(book: Book) -> Iterator[tuple[str, str]]:
    """Give the twin's source and the checks' one, and for each path where its steps are."""
    package = Path(minidocker.__path__[0])
    yield "live/minidocker.json", _sources(package, sorted(package.rglob("*.py")))
    root = package.parent
    yield "live/checking.json", _sources(root, [root / name for name in CHECKING])
    for walked in book.walks:
        if walked.comparison is not None:
            path = walked.walkthrough.id
            yield f"{walked.folder}visits.json", json.dumps(visits(walked.comparison))
            yield f"live/places-{path}.json", json.dumps(exercises.places(book, path))


def _sources(root: Path, modules: Iterable[Path]) -> str:
    found = {m.relative_to(root).as_posix(): m.read_text(encoding="utf-8") for m in modules}
    return json.dumps(found, ensure_ascii=False)


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
