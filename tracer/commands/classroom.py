"""`trace-docker classroom`: packs for learners, grades, reports."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tracer import pipeline, trees
from tracer.classroom import grading, note, pack
from tracer.classroom.results import by_learner, report
from tracer.classroom.results import classroom50 as by_classroom
from tracer.classroom.results import gift as gifts
from tracer.commands.asking import one_line
from tracer.commands.help import examples
from tracer.errors import PackError

app = typer.Typer(
    help="Exercises for a class: packs, grades, reports.",
    no_args_is_help=True,
    epilog=examples(
        "classroom pack week1 --learners names.txt --key SECRET",
        "classroom grade handed-in --keys week1/teacher",
        "classroom report grades",
    ),
)
TEACHER, LEARNERS = "teacher", "learners"


@app.command(
    "pack",
    epilog=examples("classroom pack week1 --learners names.txt --key SECRET --item docker-run"),
)
def pack_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the packs.")],
    names: Annotated[
        Path, typer.Option("--learners", metavar="FILE", help="The learners' names, one a line.")
    ],
    key: Annotated[
        str, typer.Option(help="The course key: with it and a name, the same pack comes again.")
    ],
    items: Annotated[
        list[str] | None,
        typer.Option("--item", help="A chapter, a kind (K4) or an exercise; may be repeated."),
    ] = None,
) -> None:
    """Write a pack for each learner: with the key in teacher/, without in learners/."""
    with one_line():
        learners = _names(names)
        if folder.exists() and any(folder.iterdir()):
            raise PackError(f"{folder} holds files; give a new folder")
        made: dict[str, pack.Pack] = {}
        lessons = pipeline.lessons(pipeline.trace(trees.POCKET, None))
        for learner in learners:
            seed = hashlib.sha256(f"{key}/{learner}".encode()).hexdigest()
            made[learner] = _chosen(pipeline.exercises(lessons, seed, _paths(items)), items)
        for learner, own in made.items():
            salt = hashlib.sha256(f"salt/{key}/{learner}".encode()).hexdigest()[:32]
            pipeline.write(folder / TEACHER / f"{learner}.json", pack.write(own))
            pipeline.write(folder / LEARNERS / f"{learner}.json", pack.write(own, salt=salt))
        pipeline.write(folder / TEACHER / "questions.gift", gifts.gift(made.values()))
        pipeline.write(folder / TEACHER / "README.md", note.TEACHER)
    count = len(next(iter(made.values())).items)
    _say(f"{len(made)} packs of {count} exercises: give away {folder / LEARNERS}, ")
    _say(f"keep {folder / TEACHER}\n")


@app.command(epilog=examples("classroom grade handed-in --keys week1/teacher"))
def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The submissions.")],
    keys: Annotated[Path, typer.Option(metavar="DIR", help="The teacher's packs.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder for the grades.")] = Path(
        "grades"
    ),
) -> None:
    """Mark all submissions; write JUnit XML, CSV, Markdown, JSON for two graders."""
    with one_line():
        known = _keys(keys)
        results = grading.grade(folder, known)
        for name, text in _written(results, keys.resolve().parent.name).items():
            pipeline.write(out / name, text)
    got, most = by_learner.points(results)
    errors = sum(each.status == "error" for each in results)
    _say(f"{len(by_learner.learners(results))} learners, {len(results)} answers, ")
    _say(f"{got} of {most} points, {errors} errors: {out}\n")


@app.command("report", epilog=examples("classroom report grades"))
def report_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What grade has written.")] = Path(
        "grades"
    ),
) -> None:
    """Write the report: per learner and per item, as a page and as tables."""
    with one_line():
        place = folder / "grades.json"
        try:
            text = place.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise PackError(f"no {place}; make it with: trace-docker classroom grade") from None
        results = grading.read(text, str(place))
        rows = report.learners_rows(results), report.items_rows(results)
        pipeline.write(folder / "learners.csv", report.table(report.LEARNERS, rows[0]))
        pipeline.write(folder / "items.csv", report.table(report.ITEMS, rows[1]))
        pipeline.write(folder / "report.html", report.page(results, folder.name))
    _say(f"{len(rows[0])} learners, {len(rows[1])} exercises: {folder / 'report.html'}\n")


def _written(results: tuple[grading.Result, ...], title: str) -> dict[str, str]:
    files = {
        "grades.json": grading.write(results),
        "junit.xml": by_learner.junit(results, title),
        "grades.csv": by_learner.nbgrader_csv(results, title),
        "summary.md": by_learner.markdown(results, title),
    }
    for name, own in by_learner.learners(results).items():
        files[f"gradescope/{name}.json"] = by_learner.gradescope(own)
        files[f"classroom50/{name}.json"] = by_classroom.classroom50(
            own, os.environ, datetime.now(UTC)
        )
    return files


def _paths(items: list[str] | None) -> frozenset[str] | None:
    """The chapters that have to be computed; None: all."""
    if items is None or any("." not in each and each.startswith("K") for each in items):
        return None
    return frozenset(each.partition(".")[0] for each in items)


def _chosen(found: pack.Pack, items: list[str] | None) -> pack.Pack:
    chosen = tuple(
        item for item in found.items if items is None or {item.id, item.kind, item.path} & {*items}
    )
    if not chosen:
        raise PackError("no exercise is called so; see: trace-docker exercise list")
    return replace(found, items=chosen)


def _names(place: Path) -> list[str]:
    try:
        lines = place.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise PackError(f"{place} cannot be read; give a file with a name in each line") from None
    found = [line.strip() for line in lines if line.strip()]
    wrong = [name for name in found if "/" in name or name.startswith(".") or "\0" in name]
    if wrong or not found or len(set(found)) < len(found):
        what = f"{wrong[0]!r} cannot name a file" if wrong else "give different names, one a line"
        raise PackError(f"{place}: {what}")
    return found


def _keys(folder: Path) -> Mapping[str, pack.Pack]:
    found = {}
    for place in sorted(folder.glob("*.json")):
        try:
            text = place.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise PackError(f"{place} cannot be read; give the folder {TEACHER}") from None
        found[place.stem] = pack.read(text, place.name)
        if found[place.stem].seals:
            raise PackError(f"{place} has no key; give the folder {TEACHER}")
    if not found:
        raise PackError(f"no packs in {folder}; make them with: trace-docker classroom pack")
    return found


def _say(text: str) -> None:
    sys.stdout.write(text)
