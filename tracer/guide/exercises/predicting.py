"""K1 and K2: say what comes before it is shown.

K1 asks for a change of the machine between one step and the next one. A distractor is a change of
another step of the same run, looked up not to be among those of this one.
K2 asks for the next function and how control gets there. A distractor is another call of the same
body, another implementation, or the right function with the wrong kind of call; each is looked up
not to be the hop that the path takes.
"""

from collections.abc import Iterator
from random import Random

from tracer.golang import names
from tracer.guide.exercises.item import Item
from tracer.guide.exercises.lesson import Lesson, choice, chooser, gives_away, goal, plain, told
from tracer.guide.twins import Pair
from tracer.guide.walkthrough import Step
from tracer.minidocker.recording import sentences

NOTHING = "Nothing changes."
HOW = {
    "direct": "a plain call",
    "interface": "a call through an interface",
    "funcvalue": "a call of a function value",
    "closure": "a call of a closure",
    "goroutine": "a new goroutine",
    "registry": "a look-up by name in a registry",
    "reflection": "reflection",
    "http": "an HTTP request",
    "process": "a new process",
    "syscall": "a system call",
}

_MISREAD = {"direct": "interface", "interface": "direct", "http": "direct", "process": "http"}


def next_change(lesson: Lesson, number: int, seed: str) -> Item | None:
    """Ask what changes at a step (K1); `number` counts the items of this kind on the path."""
    chance = chooser(seed, lesson.id, "K1", number)
    pairs = list(lesson.ran)
    asked = [pair for pair in pairs if plain(_outside(pair))]
    quiet = [pair for pair in pairs if not pair.changes]
    pool = _share(asked, number) if number else asked[: max(1, len(asked) // 2)]
    if number and quiet and chance.random() < 0.3:  # noqa: PLR2004 - now and then nothing changes
        pool = _share(quiet, number)
    for pair in chance.sample(pool, len(pool)):
        chosen = chooser(seed, lesson.id, "K1", number, pair.step.number)
        item = change_at(lesson, pair, f"{lesson.id}.K1.{number + 1}", chosen)
        if item is not None:
            return item
    return None


def _share(pairs: list[Pair], number: int) -> list[Pair]:
    """Another part of the path for each item, so that two items never ask the same."""
    middle = len(pairs) // 2
    return pairs[middle:] if number else pairs[:middle]


def change_at(lesson: Lesson, pair: Pair, name: str, chance: Random) -> Item | None:
    """Ask what changes at one step; None where it cannot be asked."""
    here = plain(_outside(pair))
    if pair.changes and not here:
        return None
    right = chance.choice(here) if here else NOTHING
    asked = f"Next on the path: {goal(pair.step)}."
    if gives_away(right.rstrip("."), asked):
        return None
    true_here = {*pair.changed, *(s for each in pair.changes for s in sentences.say([each]))}
    nearest = sorted(lesson.ran, key=lambda other: abs(other.step.number - pair.step.number))
    wrong = list(
        dict.fromkeys(s for other in nearest for s in plain(_outside(other)) if s not in true_here)
    )[:8]
    if here:
        wrong.append(NOTHING)
    answer = choice(right, wrong, chance)
    if answer is None:
        return None
    calls = ", ".join(dict.fromkeys(call.name for call in pair.calls))
    return Item(
        name,
        "K1",
        lesson.id,
        pair.step.number,
        f"{asked} Which of these happens then, before the step after it?",
        "",
        answer,
        f"{right} That is {told(pair.step)}. {pair.step.says}",
        (
            f"The step is on the path in the layer {pair.step.hop.layer_to}.",
            f"It makes these system calls: {calls or 'none'}.",
            f"Changes to see: {len(here)}." if here else "Does it touch the machine?",
        ),
    )


def _outside(pair: Pair) -> tuple[str, ...]:
    """What changes but in the memory of programs, which is hard to know for who reads code."""
    return sentences.say(change for change in pair.changes if change.path[0] != "memory")


def next_function(lesson: Lesson, number: int, seed: str) -> Item | None:
    """Ask which function is next, and how it is reached (K2)."""
    chance = chooser(seed, lesson.id, "K2", number)
    steps = [s for s in lesson.walked.main_line if s.hop.stop is not None and s.label]
    middle = len(steps) // 2
    pool = steps[middle:] if number else steps[:middle]
    for step in chance.sample(pool, len(pool)):
        chosen = chooser(seed, lesson.id, "K2", number, step.number)
        item = function_at(lesson, step, f"{lesson.id}.K2.{number + 1}", chosen)
        if item is not None:
            return item
    return None


def function_at(lesson: Lesson, step: Step, name: str, chance: Random) -> Item | None:
    """Ask which function is entered at one step; None where it cannot be asked."""
    caller = names.short(step.edge.caller)
    asked = f"We are in {caller}. The path's next goal: {goal(step)}."
    if gives_away(names.short(step.edge.callee).rpartition(".")[2], asked):
        return None
    right = _reached(step.edge.callee, step.edge.kind)
    answer = choice(right, sorted(set(_others(lesson, step))), chance)
    if answer is None:
        return None
    return Item(
        name,
        "K2",
        lesson.id,
        step.number,
        f"{asked} Which function is entered, and how?",
        "",
        answer,
        f"{right}: {told(step)}. {step.says}",
        (
            f"The function is in the layer {step.hop.layer_to}.",
            f"It is reached by {HOW[step.edge.kind]}.",
            f"Look at {step.edge.at}.",
        ),
    )


def _others(lesson: Lesson, step: Step) -> Iterator[str]:
    """Calls that the path does not take here, each with its kind."""
    right = (step.edge.callee, step.edge.kind)
    taken = {(s.edge.callee, s.edge.kind) for s in lesson.walked.steps if s.label == step.label} | {
        right
    }
    body = [e for e in lesson.graph.edges(step.edge.caller) if e.kind in HOW]
    for edge in body:
        if (edge.callee, edge.kind) not in taken and edge.callee != step.edge.callee:
            yield _reached(edge.callee, edge.kind)
            yield _reached(edge.callee, _MISREAD.get(edge.kind, "direct"))
    wrong = _MISREAD.get(step.edge.kind, "direct")
    if all(edge.kind != wrong or edge.callee != step.edge.callee for edge in body):
        yield _reached(step.edge.callee, wrong)


def _reached(callee: str, kind: str) -> str:
    return f"{names.short(callee)}, by {HOW[kind]}"
