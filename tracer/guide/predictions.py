"""Questions to answer before a step is seen: what is called next, what changes on the machine.

A question is asked at the step before. Where the twin has run, it is about a step that changed the
machine; where it has not, about one that crosses to another place or ends in the kernel.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.golang import names
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import CROSSINGS
from tracer.guide.twins import Comparison, Pair
from tracer.guide.walkthrough import Step, Walkthrough

APART = 3  # steps between two questions
WRONG = 2  # wrong answers beside the right one


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers, one of them right."""

    kind: str  # `next` or `change`
    about: Step  # the step that is to come
    answers: tuple[str, ...]
    right: int
    why: str


def ask(
    graph: CallGraph, walkthrough: Walkthrough, comparison: Comparison | None
) -> dict[int, Question]:
    """Make the questions of a walkthrough, by the number of the step after which they are asked."""
    pairs = {pair.step.number: pair for pair in comparison.pairs} if comparison else {}
    found: dict[int, Question] = {}
    last = 0
    for before, step in zip(walkthrough.main_line, walkthrough.main_line[1:], strict=False):
        pair = pairs.get(step.number)
        if step.number - last < APART or not _matters(step, pair):
            continue
        question = None
        if pair is not None and len(found) % 2:
            question = _change(pair, tuple(pairs.values()))
        question = question or _next(graph, walkthrough, step)
        if question is not None:
            found[before.number], last = question, step.number
    return found


def _matters(step: Step, pair: Pair | None) -> bool:
    if pair is not None:
        return bool(pair.changes)
    return step.edge.kind in CROSSINGS or step.edge.kind == "syscall"


def _next(graph: CallGraph, walkthrough: Walkthrough, step: Step) -> Question | None:
    """Ask for the function that is called next; the others are called elsewhere, or later."""
    caller = step.edge.caller
    near = [edge.callee for edge in graph.edges(caller) if _is_own(graph, edge.callee)]
    later = [s.edge.callee for s in walkthrough.main_line if s.number > step.number]
    wrong = [names.short(name) for name in (*near, *later)]
    why = f"{step.label}. {step.says}" if step.label else ""
    return _question("next", step, names.short(step.edge.callee), wrong, why)


def _change(pair: Pair, pairs: Sequence[Pair]) -> Question | None:
    """Ask what changes on the machine; the others change something of another kind elsewhere."""
    step, kinds = pair.step, {change.path[0] for change in pair.changes}
    here = [each for each in pairs if each.step.number > step.number] + [*pairs]
    wrong = [
        each.changed[0] for each in here if each.changed and each.changes[0].path[0] not in kinds
    ]
    if not pair.changed:
        return None
    return _question("change", step, pair.changed[0], wrong, step.says)


def _question(kind: str, step: Step, right: str, wrong: Sequence[str], why: str) -> Question | None:
    others = [each for each in dict.fromkeys(wrong) if each != right][:WRONG]
    if len(others) < WRONG:
        return None
    answers = sorted((right, *others), key=lambda text: _mixed(f"{step.number} {text}"))
    return Question(kind, step, tuple(answers), answers.index(right), why)


def _is_own(graph: CallGraph, name: str) -> bool:
    return name.partition("$")[0] in graph.resolution.functions


def _mixed(text: str) -> bytes:
    """An order that tells nothing, and is always the same."""
    return hashlib.sha256(text.encode()).digest()
