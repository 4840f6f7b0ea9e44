"""All items of a course, one chapter for each path: predict, trace, arrange, complete, build.

The seed chooses what an item is made of, never which items there are by name; an item that this
tree or this seed cannot give is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracer.guide.exercises import (
    completing,
    jails,
    ordering,
    placing,
    predicting,
    tracing,
    what_if,
)
from tracer.guide.exercises.item import Code, Item, Ticket
from tracer.guide.exercises.lesson import Lesson, chooser
from tracer.guide.exercises.tracing import Shapes

TICKET = 5
_EACH = 2  # functions of a kind on one path


def items(
    lessons: Sequence[Lesson], seed: str = "1", paths: frozenset[str] | None = None
) -> tuple[Item, ...]:
    """Compute a course, or some of its chapters; a ticket asks about those before it."""
    found: list[Item] = []
    before: list[Item] = []
    for lesson in lessons:
        if paths is None or lesson.id in paths:
            asked = tuple(_questions(lesson, lessons, seed))
            before += _questions(lesson, lessons, f"{seed}/ticket")
            found += asked
            found += _code(lesson, seed)
            found += jails.escapes(lesson)
            found += _ticket(lesson, before, asked, seed)
    return tuple(found)


def _questions(lesson: Lesson, lessons: Sequence[Lesson], seed: str) -> Iterator[Item]:
    recordings = (each.compared.recording for each in lessons if each.compared is not None)
    shapes = Shapes.of(recordings)
    others = [each for each in lessons if each.id != lesson.id]
    made = (
        *(predicting.next_change(lesson, n, seed) for n in range(2)),
        *(predicting.next_function(lesson, n, seed) for n in range(2 if lesson.compared else 1)),
        placing.where(lesson, seed),
        *(tracing.table(lesson, n, seed) for n in range(2)),
        *(tracing.which_call(lesson, shapes, n, seed) for n in range(2)),
        ordering.arrange(lesson, others, seed),
        *(what_if.what_if(lesson, n, seed) for n in range(2)),
    )
    yield from (item for item in made if item is not None)


def _code(lesson: Lesson, seed: str) -> Iterator[Item]:
    """Two functions with blanks, two with a fault, two to write: another one each, where it can."""
    if lesson.compared is None:
        return
    free = completing.candidates(lesson)
    free = chooser("code", lesson.id).sample(free, len(free))
    for make in (completing.blanks, completing.fault, completing.complete):
        made: list[Item] = []
        for chosen in tuple(free):
            if len(made) == _EACH or not completing.checkable(chosen):
                continue
            item = make(chosen, len(made), seed)
            if item is not None:
                made.append(item)
                free.remove(chosen)
        yield from made


def _ticket(
    lesson: Lesson, before: Sequence[Item], asked: Sequence[Item], seed: str
) -> Iterator[Item]:
    """Five questions about this path and earlier ones, none that the chapter has asked."""
    chance = chooser(seed, lesson.id, "K16")
    seen = {(item.question, item.answer) for item in asked}
    fresh = [
        item
        for item in before
        if not isinstance(item.answer, Code) and (item.question, item.answer) not in seen
    ]
    own = [item for item in fresh if item.path == lesson.id]
    chosen = chance.sample(own, min(len(own), 3))
    rest = [item for item in fresh if item not in chosen]
    chosen += chance.sample(rest, min(len(rest), TICKET - len(chosen)))
    if len(chosen) == TICKET:
        name = f"{lesson.id}.K16.1"
        chosen = [replace(item, id=f"{name}/{n}") for n, item in enumerate(chosen, 1)]
        yield Item(
            name,
            "K16",
            lesson.id,
            0,
            "Exit ticket: five questions about what you have read so far.",
            "",
            Ticket(tuple(chosen)),
            " ".join(f"{n}. {item.why}" for n, item in enumerate(chosen, 1)),
            (
                f"Question 1: {chosen[0].hints[0]}",
                f"Question 2: {chosen[1].hints[0]}",
                f"Question 3: {chosen[2].hints[1]}",
            ),
        )
