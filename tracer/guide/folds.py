"""Steps folded under their callers, so that at most nine stand on one level.

What a call does in turn stands below it, a branch below its name. Where a level has more than nine
entries, they are put in groups, the first one opened; where there is room, what is below an entry
is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from tracer.guide.walkthrough import Step

MOST = 9  # on one level


@dataclass(frozen=True, slots=True)
class Fold:
    """A step and what its call does in turn; or, without a step, a branch or a group."""

    step: Step | None
    title: str  # of a branch or a group
    below: tuple["Fold", ...]
    opened: bool = True  # what is below stands on the same level

    @property
    def steps(self) -> tuple[Step, ...]:
        """All its steps, in their order."""
        own = (self.step,) if self.step is not None else ()
        return (*own, *(step for each in self.below for step in each.steps))


@dataclass(slots=True)
class _Open:
    """An entry that later steps may still go below."""

    depth: int
    step: Step | None
    title: str = ""
    below: list["_Open"] = field(default_factory=list)


def fold(steps: Sequence[Step]) -> tuple[Fold, ...]:
    """Fold some steps that follow each other."""
    return _level(_nest(steps))


def _nest(steps: Sequence[Step]) -> list[_Open]:
    top = _Open(-1, None)
    stack = [top]
    for branch, run in groupby(steps, key=lambda step: step.hop.branch):
        if branch:
            _add_branch(stack, branch, tuple(run))
        else:
            for step in run:
                _add(stack, _Open(step.hop.depth, step))
    return top.below


def _add(stack: list[_Open], new: _Open) -> None:
    while stack[-1].depth >= new.depth:
        stack.pop()
    stack[-1].below.append(new)
    stack.append(new)


def _add_branch(stack: list[_Open], title: str, steps: tuple[Step, ...]) -> None:
    """Put a branch where it leaves; what follows goes below neither it nor what came before it."""
    depth = min(step.hop.depth for step in steps)
    while stack[-1].depth >= depth:
        stack.pop()
    inner = _Open(-1, None)
    below = [inner]
    for step in steps:
        _add(below, _Open(step.hop.depth, step))
    stack[-1].below.append(_Open(depth, None, title, inner.below))


def _level(entries: list[_Open]) -> tuple[Fold, ...]:
    """One level; entries are opened, the first ones first, while nine or fewer stand on it."""
    folds = [Fold(each.step, each.title, _level(each.below), opened=False) for each in entries]
    if len(folds) > MOST:
        return _groups(folds)
    room = MOST - len(folds)
    for index, each in enumerate(folds):
        standing = _standing(each.below)
        if each.step is not None and standing <= room:
            folds[index] = replace(each, opened=True)
            room -= standing
    return tuple(folds)


def _standing(folds: Sequence[Fold]) -> int:
    """How many entries stand on a level, with those that are opened."""
    return len(folds) + sum(_standing(each.below) for each in folds if each.opened)


def _groups(folds: list[Fold]) -> tuple[Fold, ...]:
    count = -(-len(folds) // MOST)
    size = -(-len(folds) // count)
    pieces = [tuple(folds[start : start + size]) for start in range(0, len(folds), size)]
    return tuple(Fold(None, "", piece, opened=not at) for at, piece in enumerate(pieces))
