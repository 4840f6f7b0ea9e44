"""A walkthrough in at most nine parts, so that nobody faces a hundred steps at once.

A story says where its parts begin. A walk without a story is cut into parts of equal length.
"""

from dataclasses import dataclass

from tracer.guide.stories import Story
from tracer.guide.walkthrough import Step, Walkthrough

MOST = 9
LENGTH = 9  # steps of a part, where nobody has said where parts begin


@dataclass(frozen=True, slots=True)
class Part:
    """Some steps that achieve one thing together."""

    number: int
    title: str
    says: str
    steps: tuple[Step, ...]  # of the main line, and the branches that leave it here


def divide(walkthrough: Walkthrough, story: Story | None) -> tuple[Part, ...]:
    """Cut a walkthrough into parts; every step is in one."""
    begins = _told(walkthrough, story) if story is not None else []
    if not begins:
        begins = _equal(walkthrough)
    numbers = [number for number, _, _ in begins]
    return tuple(
        Part(
            index,
            title,
            says,
            tuple(
                step
                for step in walkthrough.steps
                if number <= step.number < ([*numbers, len(walkthrough.steps) + 1][index])
            ),
        )
        for index, (number, title, says) in enumerate(begins, 1)
    )


def _told(walkthrough: Walkthrough, story: Story) -> list[tuple[int, str, str]]:
    """The first step of each part that the story names; the first part begins with step 1.

    A part of which this tree shows no step is left out.
    """
    found: dict[int, tuple[str, str]] = {}  # of two parts with the same first step, the later one
    for stop, title, says in story.parts:
        first = next((s.number for s in walkthrough.steps if (s.hop.stop or 0) >= stop), None)
        if first is not None:
            found[first] = title, says
    return [(n if index else 1, *told) for index, (n, told) in enumerate(found.items())]


def _equal(walkthrough: Walkthrough) -> list[tuple[int, str, str]]:
    count = max(1, min(MOST, -(-len(walkthrough.steps) // LENGTH)))
    size = -(-len(walkthrough.steps) // count) or 1
    firsts = range(1, len(walkthrough.steps) + 1, size)
    names = {
        step.number: step.label or step.edge.callee.rpartition(".")[2] for step in walkthrough.steps
    }
    return [(first, names[first], "") for first in firsts]
