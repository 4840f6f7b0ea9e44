"""Run a scenario with another body for one twin, and compare the run with the sound one.

The body of the twin is replaced while the scenario runs and put back afterwards, so that every
reference to the function sees the new one. Two runs are alike if every process enters the same
twins and makes the same system calls, in the same order, and the machine ends in the same state;
calls that only look (stat, read) may differ, and so may how a value is worked out.
"""

import ast
import importlib
import inspect
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from types import CodeType, FrameType, FunctionType
from typing import Any

from tracer.golang import names
from tracer.guide.exercises.item import Code, Place
from tracer.minidocker import scenarios
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.machine import Machine
from tracer.minidocker.recording import sentences, snapshot
from tracer.minidocker.recording.changes import differences
from tracer.minidocker.recording.model import Change, Recording
from tracer.minidocker.recording.recorder import Entered, Recorder
from tracer.minidocker.twin import TWINS, Twin, recorder

ANSWER = "answer.py"
LOOKING = frozenset(
    {"stat", "lstat", "open", "close", "read", "lseek", "readlink", "getcwd", "getdents"}
    | {"getpid", "uname"}
)
MOST = 200_000  # lines that a learner's function may run
Event = tuple[str, str, str]  # enter or call; its text; the Go name of the twin that it belongs to


class RewriteError(Exception):
    """The text cannot take the twin's place; the message says why."""


class StepLimitError(BaseException):
    """A learner's function ran too many lines; nothing in the run may catch it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a run leaves the sound one."""

    function: str  # Go name of the twin where it is seen
    problem: str

    def told(self, places: Sequence[Place]) -> str:
        """Say it with the step and the Go line."""
        place = next((p for p in places if p.function == self.function), None)
        name = names.short(self.function)
        if place is None:
            return f"In {name}: {self.problem}."
        where = f"At step {place.step}, {name}" if place.step else f"In {name}"
        return f"{where} ({place.line}): {self.problem}."


def original(twin: Twin) -> FunctionType | None:
    """The function behind a twin; None where it cannot be replaced."""
    module, found = _module_of(twin.python_name)
    target: object = module
    for name in found:
        target = inspect.getattr_static(target, name, None)
    wrapped = getattr(target, "__wrapped__", None)
    return (
        wrapped if isinstance(wrapped, FunctionType) and not wrapped.__code__.co_freevars else None
    )


def run(path: str, go_name: str, text: str) -> tuple[Recording, str]:
    """Run the scenario of a path with a text in place of a twin; tell also why it stopped early.

    Raises:
        RewriteError: it cannot take the place.

    """
    with _replaced(_target(go_name), compiled(text, go_name)):
        return _recorded(path)


def _recorded(path: str) -> tuple[Recording, str]:
    """All commands of a scenario, those too that are not part of the path: they may go wrong."""
    scenario = scenarios.SCENARIOS[path]
    commands = (*scenario.before, *scenario.commands)
    machine = Machine()
    watching = _Listener(machine.kernel)
    token = recorder.set(watching)
    try:
        results, problem = _commands(machine, commands)
        output = "".join(printed for printed, _ in results)
        recording = watching.finish(commands, output, results[-1][1] if results else 0)
    except Exception as error:  # noqa: BLE001 - whatever a learner's code raises
        raise RewriteError(_told(error)) from None
    else:
        return recording, watching.stopped or problem
    finally:
        recorder.reset(token)
        with suppress(Exception):
            machine.switch_off()


class _Listener(Recorder):
    """Notes steps and calls, and looks at the machine only at the end: many runs are compared.

    It notes too what a learner's function was left with: others may clean up and go on.
    """

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.stopped = ""

    def leave(self, entered: Entered) -> None:
        """Note that a twin has returned, or was unwound."""
        error = sys.exc_info()[1]
        own = error is not None and type(error).__module__ == "builtins"
        if own and not isinstance(error, GeneratorExit) and not self.stopped:
            told = _told(error)
            self.stopped = told if told.startswith("line ") else ""
        super().leave(entered)

    def _note_changes(self, sections: Iterable[str], call: int | None = None) -> None:
        if sections is snapshot.SECTIONS and call is None:
            super()._note_changes(sections)


def _commands(machine: Machine, commands: Sequence[str]) -> tuple[list[tuple[str, int]], str]:
    results: list[tuple[str, int]] = []
    try:
        for command in commands:
            results.append(machine.run(command))  # noqa: PERF401 - those before an error count
    except Exception as error:  # noqa: BLE001 - whatever a learner's code raises
        return results, _told(error)
    return results, ""


@cache
def sound(path: str) -> Recording:
    """The run that others are compared with."""
    return _recorded(path)[0]


def differs(path: str, go_name: str, text: str) -> bool:
    """Say whether a text in place of a twin makes a difference."""
    try:
        found, problem = run(path, go_name, text)
    except RewriteError:
        return True
    return bool(problem) or compare(sound(path), found) is not None


def problem_of(code: Code, found: Recording, stopped: str) -> str:
    """Say what is wrong with a run, with the step and the Go line; empty where it is right."""
    apart = compare(sound(code.path), found)
    if stopped and (apart is None or stopped.startswith("line ")):
        return told_stop(code, stopped)
    if apart is None:
        return ""
    return apart.told(code.places) + (f" Then it stopped: {stopped}." if stopped else "")


def told_stop(code: Code, stopped: str) -> str:
    """Say that a function stopped, with the step and the Go line."""
    place = next((p for p in code.places if p.function == code.twin), None)
    where = f" (step {place.step}, {place.line})" if place is not None else ""
    return f"It stopped{where}: {stopped}."


def compare(known: Recording, other: Recording) -> Difference | None:
    """The first difference that counts; None where the runs are alike."""
    expected, found = _events(known), _events(other)
    order = dict.fromkeys([*expected, *found])
    apart: list[tuple[int, Difference]] = []
    for pid in order:
        one, two = expected.get(pid, []), found.get(pid, [])
        for index in range(max(len(one), len(two))):
            left = one[index] if index < len(one) else None
            right = two[index] if index < len(two) else None
            if left is None or right is None or left[1] != right[1]:
                apart.append(_apart(left, right, len(known.calls)))
                break
    if apart:
        return min(apart, key=lambda each: each[0])[1]
    return _ends(known, other)


def _apart(
    left: tuple[int, Event] | None, right: tuple[int, Event] | None, last: int
) -> tuple[int, Difference]:
    wanted = _does(left[1]) if left is not None else "nothing more"
    got = _does(right[1]) if right is not None else "nothing more"
    event = left[1] if left is not None else right[1] if right is not None else ("", "", "")
    return (left[0] if left is not None else last), Difference(
        event[2], f"Docker does {wanted} here, your run does {got}"
    )


def _does(event: Event) -> str:
    kind, text, _ = event
    return f"the step {names.short(text)}" if kind == "enter" else _cut(text)


def _ends(known: Recording, other: Recording) -> Difference | None:
    if (known.output, known.exit_code) != (other.output, other.exit_code):
        last = known.steps[-1].go_name
        shown = f"{other.output.strip()[:60]!r} with status {other.exit_code}"
        return Difference(last, f"the command ends with {shown}")
    for path, before, after in differences(known.end, other.end):
        owner = [
            c.step for c in known.changes if c.path[: len(path)] == path and c.step is not None
        ]
        step = known.steps[owner[-1] if owner else -1].go_name
        said = sentences.say([Change(0, None, None, path, before, after)])
        return Difference(step, f"the machine ends otherwise: {' '.join(said[:1]) or path}")
    return None


def _events(recording: Recording) -> dict[int, list[tuple[int, Event]]]:
    """What each process did, in order: twins that were entered, and calls that do something."""
    timed: list[tuple[int, int, int, int, Event]] = [
        (step.first_event, 0, step.index, step.pid, ("enter", step.go_name, step.go_name))
        for step in recording.steps
    ]
    for call in recording.calls:
        if call.name not in LOOKING:
            owner = recording.steps[call.step].go_name if call.step is not None else ""
            timed.append((call.tick, 1, 0, call.pid, ("call", str(call), owner)))
    found: dict[int, list[tuple[int, Event]]] = defaultdict(list)
    for tick, _, _, pid, event in sorted(timed):
        found[pid].append((tick, event))
    return found


def _target(go_name: str) -> FunctionType:
    twin = TWINS.get(go_name)
    function = original(twin) if twin is not None else None
    if function is None:
        raise RewriteError(f"there is no twin of {names.short(go_name)} to write")
    return function


def compiled(text: str, go_name: str) -> CodeType:
    """Compile a function that is to take a twin's place.

    Raises:
        RewriteError: it is no such function.

    """
    tree, function = only_function(text), _target(go_name)
    wanted = inspect.iscoroutinefunction(function)
    if isinstance(tree, ast.AsyncFunctionDef) != wanted:
        raise RewriteError(f"it must be {'async ' if wanted else ''}def {function.__name__}(…)")
    if tree.name != function.__name__:
        raise RewriteError(f"the function must be called {function.__name__}")
    tree.decorator_list = []
    tree.returns = None
    for argument in ast.walk(tree.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    try:
        code = compile(ast.Module([tree], []), ANSWER, "exec")
    except (SyntaxError, ValueError) as error:
        raise RewriteError(f"it does not compile: {error}") from None
    made = next(each for each in code.co_consts if isinstance(each, CodeType))
    own = function.__code__
    if made.co_varnames[: made.co_argcount] != own.co_varnames[: own.co_argcount]:
        raise RewriteError("the parameters must stay as they are")
    return made


def only_function(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The function that a text is.

    Raises:
        RewriteError: it is something else.

    """
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = getattr(error, "lineno", None)
        place = f" in line {where}" if where else ""
        raise RewriteError(f"it is not Python{place}: {getattr(error, 'msg', error)}") from None
    match body:
        case [ast.FunctionDef() | ast.AsyncFunctionDef() as function]:
            return function
        case _:
            raise RewriteError("it must hold one function and nothing else")


@contextmanager
def counted() -> Iterator[None]:
    """Stop a learner's function that runs too many lines: a loop without end."""
    left = MOST

    def count(_frame: FrameType, event: str, _value: object) -> Any:
        nonlocal left
        left -= event == "line"
        if left < 0:
            raise StepLimitError(f"it ran more than {MOST:,} lines: a loop without end?")
        return count

    def enter(frame: FrameType, _event: str, _value: object) -> Any:
        return count if frame.f_code.co_filename == ANSWER else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def _replaced(function: FunctionType, code: CodeType) -> Iterator[None]:
    own = function.__code__
    try:
        function.__code__ = code
    except ValueError as error:
        raise RewriteError(f"it cannot take the place: {error}") from None
    try:
        yield
    finally:
        function.__code__ = own


def _told(error: BaseException | None) -> str:
    assert error is not None
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == ANSWER]
    where = f"line {lines[-1]}: " if lines else ""
    said = f": {error}" if str(error) else ""
    return f"{where}{type(error).__name__}{said}"[:300]


def _module_of(python_name: str) -> tuple[object, list[str]]:
    parts = python_name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        try:
            module = importlib.import_module(".".join(["tracer.minidocker", *parts[:count]]))
        except ModuleNotFoundError:
            continue
        return module, parts[count:]
    raise AssertionError(python_name)


def _cut(text: str) -> str:
    return text if len(text) <= 90 else text[:89] + "…"  # noqa: PLR2004 - a line
