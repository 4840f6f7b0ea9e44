"""The values of a recording.

Time is counted in *frames*: frame n lasts from entering step n to entering step n + 1. A change
says in which frame it was made and by which step: with goroutines and several processes the step
entered last is not always the one that acts.
"""

from dataclasses import dataclass

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
Tree = dict[str, Value]


def as_tree(value: Value) -> Tree:
    """Take a value for a part of the state with names; anything else is one without any."""
    return value if isinstance(value, dict) else {}


def as_list(value: Value) -> list[Value]:
    """Take a value for a list; anything else is an empty one."""
    return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Step:
    """One entry into a twin."""

    index: int
    go_name: str
    python_name: str
    pid: int
    task: int  # the goroutine or process, counted as they first enter a twin
    depth: int
    parent: int | None  # the step that called it, or started its goroutine or process
    arguments: str  # in short
    first_event: int  # tick of the first system call between entering and leaving
    last_event: int  # and of the last; one less than the first if there was none


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that has returned."""

    tick: int  # its place in the log
    pid: int  # in the first pid namespace
    name: str
    arguments: str
    result: str  # a value, or the name of an error
    step: int | None  # the step that made it

    def __str__(self) -> str:
        """Write it as strace does."""
        return f"{self.name}({self.arguments}) = {self.result}"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states of the machine."""

    frame: int  # the step that had been entered last
    step: int | None  # the step that did it
    call: int | None  # the tick of the system call after which it was seen, if it was one
    path: tuple[str, ...]  # where in the state
    before: Value  # None: was not there
    after: Value  # None: is not there any more


@dataclass(frozen=True)
class Recording:
    """One run, from the first twin to the end of the client."""

    commands: tuple[str, ...]
    start: Tree  # the state before
    steps: tuple[Step, ...]
    calls: tuple[Call, ...]
    changes: tuple[Change, ...]  # in the order in which they came
    end: Tree  # the state after
    output: str
    exit_code: int

    def calls_of(self, step: Step) -> tuple[Call, ...]:
        """List the system calls that a step made itself, not those of the steps below it."""
        return tuple(call for call in self.calls if call.step == step.index)

    def changes_by(self, step: Step) -> tuple[Change, ...]:
        """List what a step changed itself."""
        return tuple(change for change in self.changes if change.step == step.index)


def cut(text: str, longest: int) -> str:
    """Leave the beginning of a text that is longer than that many characters, and say so."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
