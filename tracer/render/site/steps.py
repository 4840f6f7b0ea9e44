"""What a page shows of one step: the twin's call, the machine, what else is called, a question."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tracer.golang.syntax import Pos
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge
from tracer.graph.rulebook import lens
from tracer.guide import actors, twins
from tracer.guide.exercises.item import Item
from tracer.guide.twins import Comparison, Pair
from tracer.guide.walkthrough import Step, Walkthrough
from tracer.minidocker.recording import changes, panels
from tracer.minidocker.twin import TWINS
from tracer.render import html

LENSES = ("domain", "wiring", "plumbing")


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a function, and the step that walks it, if one does."""

    edge: Edge
    step: int | None


@dataclass(frozen=True, repr=False)
class Shown:
    """One step, with all that stands beside it."""

    step: Step
    pair: Pair | None
    actor: str  # the process that runs it
    calling: Markup  # the call in the twin of the caller; empty where it is not known
    calling_at: str  # where it is
    machine: Markup  # the machine after it; empty where nothing changed
    changed_at: int | None  # the step that changed the machine last, before this one
    does: tuple[tuple[str, tuple[Called, ...]], ...]  # what the function calls, by lens
    asked: Item | None  # about the next step
    before: Step | None
    after: Step | None


def show(
    graph: CallGraph,
    walkthrough: Walkthrough,
    run: Comparison | None,
    questions: Mapping[int, Item],
) -> dict[int, Shown]:
    """Gather what the pages of a walkthrough show, by step number."""
    pairs = {p.step.number: p for p in run.pairs} if run else {}
    states = dict(_states(run)) if run else {}
    who = actors.actors(walkthrough)
    walked = {(s.edge.caller, s.edge.site): s.number for s in reversed(walkthrough.steps)}
    found: dict[int, Shown] = {}
    changed_at = None
    numbered = {step.number: step for step in walkthrough.steps}
    for number, step in numbered.items():
        pair = pairs.get(number)
        found[number] = Shown(
            step,
            pair,
            who[number],
            *_calling(step),
            states.get(number, Markup("")),
            changed_at,
            tuple(_does(graph, step.edge.callee, walked)),
            questions.get(number),
            numbered.get(number - 1),
            numbered.get(number + 1),
        )
        changed_at = number if number in states else changed_at
    return found


def _calling(step: Step) -> tuple[Markup, str]:
    """The call in Python and its place, where both functions have a twin and one line calls."""
    caller, callee = TWINS.get(step.edge.caller), TWINS.get(step.edge.callee)
    line = twins.called_at(caller, callee) if caller and callee else None
    if caller is None or line is None:
        return Markup(""), ""
    return html.python_call(caller, line), f"{caller.file}:{line}"


def _does(
    graph: CallGraph, function: str, walked: dict[tuple[str, Pos], int]
) -> Iterator[tuple[str, tuple[Called, ...]]]:
    """List what a function calls in run order, each once, under the kind of work it is."""
    found: dict[str, dict[str, Called]] = defaultdict(dict)
    for edge in graph.edges(function):
        called = Called(edge, walked.get((edge.caller, edge.site)))
        found[lens(graph.rules, edge.callee)].setdefault(edge.callee, called)
    for name in LENSES:
        if found[name]:
            yield name, tuple(found[name].values())


def _states(comparison: Comparison) -> Iterator[tuple[int, Markup]]:
    """Draw the machine after each step of the walkthrough that changed it."""
    recording = comparison.recording
    state, done = recording.start, 0
    for pair in comparison.pairs:
        if pair.until > done:
            state = changes.after(state, recording.changes[done : pair.until])
            done = pair.until
        if pair.changes:
            drawn = panels.panel(state, pair.changes)
            yield pair.step.number, Markup(drawn)  # noqa: S704 - it escapes
