"""What a learner has done, in one file of the folder they work in.

{"format": "trace-docker progress 1", "seed": "1", "pack": "", "current": "docker-run.K1.1",
 "done": {"docker-run.K1.1": {"status": "pass", "points": 1, "most": 1, "attempts": 2,
          "hints": 1, "first": false, "shown": false, "answer": ["B"], "wrong": ["A"]}}}
"""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tracer.classroom import shapes
from tracer.classroom.marking import Mark
from tracer.errors import PackError
from tracer.outputs import files

FILE = ".trace-docker-exercises.json"
FORMAT = "trace-docker progress 1"
_KEPT = 20  # wrong answers to one item


@dataclass(frozen=True, slots=True)
class Done:
    """How far a learner is with one item."""

    status: str = "open"  # or pass, fail, error
    points: int = 0
    most: int = 0
    attempts: int = 0
    hints: int = 0
    first: bool = False  # right at the first try
    shown: bool = False  # the solution was asked for before it was right
    answer: list[Any] = field(default_factory=list)  # the last one
    wrong: list[Any] = field(default_factory=list)  # short answers that were not right


@dataclass(frozen=True)
class State:
    """All that is kept."""

    seed: str = "1"
    pack: str = ""  # a file; empty: the course that comes with trace-docker
    current: str = ""
    done: dict[str, Done] = field(default_factory=dict)

    def of(self, id_: str) -> Done:
        """What was done on an item."""
        return self.done.get(id_, Done())

    def marked(self, id_: str, answer: list[Any], mark: Mark) -> "State":
        """Note a mark; what was right once stays right."""
        old = self.of(id_)
        if old.status == "pass":
            return self
        attempts = old.attempts + 1
        wrong = old.wrong if mark.right else [*old.wrong, answer][-_KEPT:]
        new = replace(
            old,
            status=mark.status,
            points=mark.points,
            most=mark.most,
            attempts=attempts,
            first=mark.right and attempts == 1 and not old.shown,
            answer=answer,
            wrong=[each for each in wrong if len(json.dumps(each)) < 500],  # noqa: PLR2004
        )
        return self.noted(id_, new)

    def noted(self, id_: str, done: Done) -> "State":
        """Note what was done on an item."""
        return replace(self, done=self.done | {id_: done})


def load(place: Path) -> State | None:
    """Read a state; None where there is no file.

    Raises:
        PackError: the file holds something else.

    """
    try:
        return read(place.read_text(encoding="utf-8"), place.name)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise PackError(f"{place} cannot be read; remove it to begin anew") from None


def read(text: str, name: str) -> State:
    """Read what `save` has written.

    Raises:
        PackError: it is something else.

    """
    known = {each.name: each.type for each in fields(Done)}
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise PackError(f"{name}: the format is {content['format']!r}, not {FORMAT!r}")
        done = {
            str(id_): shapes.checked(Done(**{key: row[key] for key in known if key in row}))
            for id_, row in content["done"].items()
        }
        return State(str(content["seed"]), str(content["pack"]), str(content["current"]), done)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise PackError(f"{name} holds no progress; remove it to begin anew") from None


def save(state: State, place: Path) -> None:
    """Write the file, whole or not at all.

    Raises:
        OutputError: it cannot be written.

    """
    content = {"format": FORMAT, **asdict(state)}
    files.write(place, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
