"""K4: put steps of a path in order. Every order passes that the dependencies allow.

The lines are what the steps achieve; a stray is a step of another path whose function this path
does not enter.
"""

from collections.abc import Sequence

from tracer.golang import names
from tracer.guide.exercises.item import Item, Order
from tracer.guide.exercises.lesson import Lesson, chooser, goal, shuffled
from tracer.guide.exercises.strands import Strands, known_apart
from tracer.guide.walkthrough import Step

LINES = 6
STRAYS = 1
_WINDOW = 14  # steps of the path among which the lines lie


def arrange(lesson: Lesson, others: Sequence[Lesson], seed: str) -> Item | None:
    """Ask for the order of six steps, with a stray among them."""
    chance = chooser(seed, lesson.id, "K4")
    steps = [s for s in lesson.walked.main_line if s.label]
    if len(steps) < LINES:
        return None
    strands = Strands(lesson)
    starts = range(max(1, len(steps) - _WINDOW))
    for first in chance.sample(starts, len(starts)):
        chosen = _choose(strands, shuffled(steps[first : first + _WINDOW], chance))
        strays = _strays(lesson, others, chosen)
        if len(chosen) == LINES and len(strays) >= STRAYS:
            lines = shuffled([*chosen, *chance.sample(strays, STRAYS)], chance)
            return _item(lesson, strands, lines, [s for s in lines if s in chosen])
    return None


def _choose(strands: Strands, window: Sequence[Step]) -> list[Step]:
    """Six steps of which it is known, for each two, how they stand to each other."""
    chosen: list[Step] = []
    for step in window:
        fresh = goal(step) not in {goal(s) for s in chosen}
        if len(chosen) < LINES and fresh and known_apart(strands, chosen, step):
            chosen.append(step)
    return chosen


def _strays(lesson: Lesson, others: Sequence[Lesson], chosen: Sequence[Step]) -> list[Step]:
    entered = {s.edge.callee for s in lesson.walked.steps} | {lesson.walked.start}
    taken = {s.label for s in lesson.walked.steps}
    layers = {s.hop.layer_to for s in chosen}
    found = {
        step.label: step
        for other in others
        for step in other.walked.main_line
        if step.label
        and step.label not in taken
        and step.edge.callee not in entered
        and step.hop.layer_to in layers
    }
    return [found[label] for label in sorted(found)]


def _item(lesson: Lesson, strands: Strands, lines: list[Step], chosen: list[Step]) -> Item:
    before = tuple(
        (m, n)
        for m, one in enumerate(lines)
        for n, two in enumerate(lines)
        if one in chosen and two in chosen and one.number < two.number and strands.before(one, two)
    )
    strays = tuple(n for n, step in enumerate(lines) if step not in chosen)
    ordered = sorted(chosen, key=lambda s: s.number)
    told = "; ".join(f"{goal(s)} (step {s.number}, {names.short(s.edge.callee)})" for s in ordered)
    count = len(chosen) * (len(chosen) - 1) // 2
    either = f" {count - len(before)} pairs may come either way." if count > len(before) else ""
    return Item(
        f"{lesson.id}.K4.1",
        "K4",
        lesson.id,
        ordered[0].number,
        f"Put these steps of “{lesson.walked.title}” in order; {len(strays)} of them is not "
        "on this path: leave it out.",
        "",
        Order(tuple(goal(s) for s in lines), before, strays),
        f"{told}. Not on this path: {', '.join(goal(lines[n]) for n in strays)}.{either}",
        (
            f"It begins with: {goal(ordered[0])}.",
            f"It ends with: {goal(ordered[-1])}.",
            f"Leave out: {goal(lines[strays[0]])}.",
        ),
    )
