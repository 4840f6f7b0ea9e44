"""Questions to answer on the way, before a step is seen: K1 and K2, asked at the step before.

Where the twin has run, they are about steps that change the machine; where it has not, about steps
that cross to another place or end in the kernel. A question of the course stands where its step is.
"""

from collections.abc import Iterable
from itertools import pairwise

from tracer.graph.edges import CROSSINGS
from tracer.guide.exercises.item import Item
from tracer.guide.exercises.lesson import Lesson, chooser
from tracer.guide.exercises.predicting import change_at, function_at
from tracer.guide.twins import Pair
from tracer.guide.walkthrough import Step

APART = 3  # steps between two questions, at least


def ask(lesson: Lesson, course: Iterable[Item] = ()) -> dict[int, Item]:
    """Make the questions of a path, by the number of the step after which they are asked."""
    known = {item.step: item for item in course if item.kind in {"K1", "K2"}}
    pairs = {pair.step.number: pair for pair in lesson.ran}
    main_line = lesson.walked.main_line
    found: dict[int, Item] = {}
    last = 0
    for before, step in pairwise(main_line):
        pair = pairs.get(step.number)
        item = known.get(step.number)
        if item is None and step.number - last >= APART and _matters(lesson, step, pair):
            item = _question(lesson, step, pair, turn=len(found) % 2)
        if item is not None:
            found[before.number], last = item, step.number
    return found


def _matters(lesson: Lesson, step: Step, pair: Pair | None) -> bool:
    if lesson.compared is not None:
        return pair is not None and bool(pair.changes)
    return step.edge.kind in CROSSINGS or step.edge.kind == "syscall"


def _question(lesson: Lesson, step: Step, pair: Pair | None, turn: int) -> Item | None:
    """Ask for the function or for the change by turns; the other one, where one cannot be asked."""
    names = [f"{lesson.id}.{kind}.step-{step.number}" for kind in ("K1", "K2")]
    chances = [chooser(name) for name in names]
    change = change_at(lesson, pair, names[0], chances[0]) if pair is not None else None
    function = function_at(lesson, step, names[1], chances[1]) if step.label else None
    return (change or function) if turn else (function or change)
