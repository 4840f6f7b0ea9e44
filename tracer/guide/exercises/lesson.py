"""What the items of one path are made from, and how a seed chooses among it."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from tracer.golang import names
from tracer.graph.callgraph import CallGraph
from tracer.guide.exercises.item import Choice
from tracer.guide.twins import Comparison, Pair
from tracer.guide.walkthrough import Step, Walkthrough
from tracer.minidocker.recording import changes
from tracer.minidocker.recording.model import Tree

T = TypeVar("T")
WRONG = 3  # distractors of a choice
_NONE = re.compile(r"\bNone\b")
_LINE = 160  # characters of a sentence


@dataclass(frozen=True, repr=False)
class Lesson:
    """A path: its walkthrough, the graph it is from, and the twin's run where there is one."""

    graph: CallGraph
    walked: Walkthrough
    compared: Comparison | None

    @property
    def id(self) -> str:
        """The path."""
        return self.walked.id

    @property
    def ran(self) -> tuple[Pair, ...]:
        """The steps of the main line that the twin ran."""
        return self.compared.executed if self.compared is not None else ()

    def state(self, until: int) -> Tree:
        """The machine after so many changes of the run."""
        assert self.compared is not None
        recording = self.compared.recording
        return changes.after(recording.start, recording.changes[:until])


def chooser(*parts: object) -> random.Random:
    """A source of choices that is the same each time for the same seed and item."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - for variants, not for secrets


def shuffled(values: Sequence[T], chance: random.Random) -> list[T]:
    """The values in another order."""
    return chance.sample(values, len(values))


def choice(right: str, wrong: Sequence[str], chance: random.Random) -> Choice | None:
    """The right one among three that are wrong; None where there are not so many."""
    different = sorted(set(wrong) - {right})
    if len(different) < WRONG:
        return None
    options = shuffled([right, *chance.sample(different, WRONG)], chance)
    return Choice(tuple(options), options.index(right))


def told(step: Step) -> str:
    """Where a step is: its number, name and line."""
    return f"step {step.number}, {names.short(step.edge.callee)}, called at {step.edge.at}"


def goal(step: Step) -> str:
    """What a step achieves, in words that do not name its function."""
    return step.label or names.short(step.edge.callee)


def gives_away(word: str, text: str) -> bool:
    """Say whether a text lets one read off a name."""
    bare = word.replace("_", "").lower()
    return len(bare) > 1 and bare in text.replace("_", "").replace(" ", "").lower()


def plain(said: Sequence[str]) -> list[str]:
    """The sentences that can be shown in a line, each once."""
    fit = [s for s in said if not _NONE.search(s) and "\n" not in s and len(s) < _LINE]
    return list(dict.fromkeys(fit))
