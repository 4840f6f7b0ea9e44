"""K5 and K7: trace the machine forwards, and back from what changed to the call that did it.

K5 counts things in the recorded state after each of some steps that follow one another.
K7 shows what one recorded call changed. A distractor is the name of another call of the run that
has never made a change of that shape (which section, how deep, new, gone or other) in any run, and
that cannot: it does not act on that section, or it only takes away where something was made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracer.guide.exercises.item import Item, Table
from tracer.guide.exercises.lesson import Lesson, choice, chooser, gives_away, goal, plain, told
from tracer.guide.twins import Pair
from tracer.minidocker.recording import sentences, snapshot
from tracer.minidocker.recording.model import Call, Change, Recording, Tree

ROWS = 4
_GONE = frozenset({"rmdir", "unlink", "umount2", "wait4", "exit_group", "kill"})  # take away
_EITHER = frozenset({"rename", "pivot_root", "netlink", "setns", "unshare", "clone", "execve"})
_SHOWN = 9  # calls shown of a row
Shape = tuple[str, int, bool, bool]


def _leaves(state: Tree, section: str, depth: int) -> int:
    """Count what lies at a depth of a section."""
    found = [state[section]]
    for _ in range(depth):
        found = [v for each in found if isinstance(each, dict) for v in each.values()]
    return len(found)


COUNTS: dict[str, Callable[[Tree], int]] = {
    "processes": lambda state: _leaves(state, "processes", 1),
    "mount namespaces": lambda state: _leaves(state, "mounts", 1),
    "mounts in all of them": lambda state: _leaves(state, "mounts", 2),
    "cgroups below the top": lambda state: _leaves(state, "cgroups", 2),
    "network namespaces": lambda state: _leaves(state, "network", 1),
    "containers' files and directories": lambda state: _leaves(state, "files", 1),
}


def table(lesson: Lesson, number: int, seed: str) -> Item | None:
    """Ask for counts of the machine after each of four steps (K5)."""
    chance = chooser(seed, lesson.id, "K5", number)
    acting = [pair for pair in lesson.ran if pair.changes]
    middle = len(acting) // 2
    acting = acting[middle:] if number else acting[:middle]
    starts = range(max(0, len(acting) - ROWS + 1))
    for first in chance.sample(starts, len(starts)):
        rows = acting[first : first + ROWS]
        states = [lesson.state(pair.until) for pair in rows]
        begin = lesson.state(rows[0].until - len(rows[0].changes))
        columns = [n for n, of in COUNTS.items() if len({of(s) for s in (begin, *states)}) > 1]
        if len(columns) > 1 and all(_followed(pair) for pair in rows):
            return _table_item(lesson, number, rows, columns[:3], [begin, *states])
    return None


def _table_item(
    lesson: Lesson, number: int, rows: list[Pair], columns: list[str], states: list[Tree]
) -> Item:
    begin, *states = states
    right = tuple(tuple(str(COUNTS[n](state)) for n in columns) for state in states)
    before = ", ".join(f"{n}: {COUNTS[n](begin)}" for n in columns)
    shown = [f"Before: {before}", *(_acts(lesson, n, p) for n, p in enumerate(rows, 1))]
    return Item(
        f"{lesson.id}.K5.{number + 1}",
        "K5",
        lesson.id,
        rows[0].step.number,
        "How many are there after each step?",
        "\n".join(shown),
        Table(tuple(columns), tuple(goal(p.step) for p in rows), right),
        " ".join(f"{told(p.step)}: {' '.join(p.changed[:3])}" for p in rows),
        (
            "Start from the row “before” and follow the calls one by one.",
            f"After the first step: {', '.join(right[0])}.",
            f"After the last step: {', '.join(right[-1])}.",
        ),
    )


def _followed(pair: Pair) -> bool:
    """Say whether all that a step does to the machine fits on the page."""
    return len({c.call for c in pair.changes}) <= _SHOWN


def _acts(lesson: Lesson, number: int, pair: Pair) -> str:
    """The calls of a row that changed something."""
    assert lesson.compared is not None
    recording = lesson.compared.recording
    ticks = sorted({c.call for c in pair.changes if c.call is not None})
    calls = [str(recording.calls[tick]) for tick in ticks]
    done = "; ".join(_cut(call) for call in calls)
    return f"{number}. {goal(pair.step)}: {done or 'no system call'}"


def _cut(call: str) -> str:
    return call if len(call) <= 110 else call[:109] + "…"  # noqa: PLR2004 - a line


@dataclass(frozen=True)
class Shapes:
    """Which calls have made changes of which shape, in all runs."""

    made: dict[Shape, frozenset[str]]

    @classmethod
    def of(cls, recordings: Iterable[Recording]) -> "Shapes":
        """Look through recordings."""
        found: dict[Shape, set[str]] = {}
        for recording in recordings:
            for change in recording.changes:
                if change.call is not None:
                    name = recording.calls[change.call].name
                    found.setdefault(shape(change), set()).add(name)
        return cls({each: frozenset(names) for each, names in found.items()})

    def may(self, name: str, change: Change) -> bool:
        """Say whether a call could make a change, as far as is known."""
        if name in self.made.get(shape(change), ()):
            return True
        acts_there = change.path[0] in snapshot.TOUCHED.get(name, (change.path[0],))
        return acts_there and (name in _EITHER or (name in _GONE) == (change.after is None))


def shape(change: Change) -> Shape:
    """What kind of change it is."""
    return change.path[0], len(change.path), change.before is None, change.after is None


def which_call(lesson: Lesson, shapes: Shapes, number: int, seed: str) -> Item | None:
    """Ask which call made a change (K7)."""
    if lesson.compared is None:
        return None
    recording = lesson.compared.recording
    chance = chooser(seed, lesson.id, "K7", number)
    asked: dict[str, dict[int, list[Change]]] = {}
    for change in recording.changes:
        if change.call is not None:
            name = recording.calls[change.call].name
            asked.setdefault(name, {}).setdefault(change.call, []).append(change)
    names = sorted(asked)[number::2]  # another half of the calls for each item
    for name in chance.sample(names, len(names)):
        tick = chance.choice(sorted(asked[name]))
        item = _call(lesson, shapes, recording.calls[tick], asked[name][tick], (number, seed))
        if item is not None:
            return item
    return None


def _call(
    lesson: Lesson, shapes: Shapes, call: Call, made: list[Change], variant: tuple[int, str]
) -> Item | None:
    assert lesson.compared is not None
    number, seed = variant
    shown = plain(sentences.say(made))[:4]
    if not shown or gives_away(call.name.rstrip("0123456789"), " ".join(shown)):
        return None
    called = {c.name for c in lesson.compared.recording.calls}
    wrong = sorted(name for name in called if not any(shapes.may(name, each) for each in made))
    answer = choice(call.name, wrong, chooser(seed, lesson.id, "K7", number, call.tick))
    if answer is None:
        return None
    step = next((p.step for p in lesson.ran if call in p.calls), None)
    where = f" That is in {told(step)}." if step is not None else ""
    return Item(
        f"{lesson.id}.K7.{number + 1}",
        "K7",
        lesson.id,
        step.number if step is not None else 0,
        "One system call did this. Which one?",
        "\n".join(shown),
        answer,
        f"PID {call.pid} made it: {_cut(str(call))}.{where}",
        (
            f"It is made by PID {call.pid}.",
            f"Its result is {call.result}.",
            f"It begins with {call.name[0]!r}.",
        ),
    )
