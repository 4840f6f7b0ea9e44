"""Many submissions become results. What is wrong with one stays with it, item by item.

A submission is a folder named after its learner, with the progress file that `exercise` keeps and
the functions they wrote, or that progress file alone (`NAME.json`). The marks in it are not
believed: every answer is marked again, with the key. Attempts and hints are the learner's word.
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from tracer.classroom import loop, marking, sandbox, shapes, state
from tracer.classroom.marking import AnswerError, Mark
from tracer.classroom.pack import Pack
from tracer.classroom.state import Done
from tracer.errors import PackError
from tracer.guide.exercises.item import Choice, Code, Item

FORMAT = "trace-docker grades 1"
_LARGEST = 2_000_000  # bytes of a progress file
_LONGEST = 100_000  # bytes of a function


@dataclass(frozen=True, slots=True)
class Result:
    """One learner's mark for one item."""

    learner: str
    item: str
    kind: str
    path: str
    status: str  # pass, fail, error, missing
    points: int
    most: int
    message: str
    attempts: int = 0
    hints: int = 0
    first: bool = False  # right at the first try
    wrong: tuple[str, ...] = ()  # the options that were chosen and are not right


def grade(folder: Path, keys: Mapping[str, Pack], *, workers: int = 4) -> tuple[Result, ...]:
    """Mark all submissions of a folder; a learner with a key and no submission is missing.

    Raises:
        PackError: the folder cannot be listed, or holds nobody's submission.

    """
    found = _submissions(folder)
    unknown = sorted(set(found) - set(keys))
    if not set(found) & set(keys):
        raise PackError(f"{folder} holds no submission of a learner that has a key")
    tasks = [
        (learner, item, found.get(learner))
        for learner in sorted(keys)
        for item in keys[learner].items
    ]
    with ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(lambda task: _result(*task), tasks))
    results += [
        Result(learner, "", "", "", "error", 0, 0, "nobody of that name has a key")
        for learner in unknown
    ]
    return tuple(results)


def write(results: Iterable[Result]) -> str:
    """Write results as JSON, for the report."""
    rows = [asdict(each) for each in results]
    return json.dumps({"format": FORMAT, "results": rows}, ensure_ascii=False, indent=1) + "\n"


def read(text: str, name: str) -> tuple[Result, ...]:
    """Read what `write` gave.

    Raises:
        PackError: it is something else.

    """
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise PackError(f"{name}: the format is {content['format']!r}, not {FORMAT!r}")
        rows = content["results"]
        return tuple(shapes.checked(Result(**(r | {"wrong": tuple(r["wrong"])}))) for r in rows)
    except (KeyError, TypeError, ValueError, RecursionError):
        raise PackError(f"{name} holds no grades; make them with: classroom grade") from None


@dataclass(frozen=True)
class _Submission:
    """What a learner has handed in."""

    done: Mapping[str, Done]
    files: Path | None  # where the functions are
    problem: str = ""


def _submissions(folder: Path) -> dict[str, _Submission]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise PackError(f"{folder}: {error.strerror}; give a folder of submissions") from None
    found: dict[str, _Submission] = {}
    for entry in entries:
        if entry.is_symlink() or (entry.name.startswith(".")):
            continue
        if entry.is_dir():
            found[entry.name] = _read(entry / state.FILE, entry / loop.FOLDER)
        elif entry.suffix == ".json":
            found[entry.stem] = _read(entry, None)
    return found


def _read(place: Path, files: Path | None) -> _Submission:
    text = _bounded(place, _LARGEST)
    if text is None:
        return _Submission(
            {}, files, "" if files and files.is_dir() else "nothing to read is in it"
        )
    try:
        return _Submission(state.read(text, place.name).done, files)
    except (PackError, RecursionError) as error:
        return _Submission({}, files, str(error))


def _bounded(place: Path, most: int) -> str | None:
    """The text of a plain file, up to a size; nothing of anything else."""
    try:
        if place.is_symlink() or not place.is_file() or place.stat().st_size > most:
            return None
        return place.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def _result(learner: str, item: Item, submission: _Submission | None) -> Result:
    if submission is None:
        return _told(learner, item, Mark(0, item.most, "Not handed in.", "missing"), Done())
    done = submission.done.get(item.id, Done())
    try:
        return _told(learner, item, _mark(item, done, submission), done)
    except Exception as error:  # noqa: BLE001 - whatever was handed in, the others go on
        said = f"Not marked: {type(error).__name__}: {error}"[:200]
        return _told(learner, item, Mark(0, item.most, said, "error"), Done())


def _mark(item: Item, done: Done, submission: _Submission) -> Mark:
    if isinstance(item.answer, Code):
        text = None
        if submission.files is not None and not submission.files.is_symlink():
            text = _bounded(submission.files / f"{item.id}.py", _LONGEST)
        if text is None and done.answer:
            text = str(done.answer[0])
        if text is not None:
            return sandbox.check(item, text)
    elif done.attempts:
        try:
            return marking.mark(item, done.answer)
        except AnswerError as error:
            return Mark(0, item.most, f"Not marked: {error}.", "error")
    if submission.problem:
        return Mark(0, item.most, f"Not marked: {submission.problem}", "error")
    return Mark(0, item.most, "Not answered.", "missing")


def _told(learner: str, item: Item, mark: Mark, done: Done) -> Result:
    return Result(
        learner,
        item.id,
        item.kind,
        item.path,
        mark.status,
        mark.points,
        mark.most,
        mark.message,
        int(done.attempts),
        int(done.hints),
        bool(done.first) and mark.right,
        _chosen(item, done),
    )


def _chosen(item: Item, done: Done) -> tuple[str, ...]:
    """The texts of the options that were chosen and are not right."""
    if not isinstance(item.answer, Choice) or not isinstance(done.wrong, list):
        return ()
    by_letter = {marking.letter(n): option for n, option in enumerate(item.answer.options)}
    del by_letter[marking.letter(item.answer.right)]
    given = [str(each[0]).strip().upper() for each in done.wrong if isinstance(each, list) and each]
    return tuple(by_letter[each] for each in given if each in by_letter)
