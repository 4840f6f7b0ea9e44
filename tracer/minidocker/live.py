"""Run a scenario that a learner has changed, and tell what each step of a walkthrough does now.

A run that goes wrong is told as far as it came. A limit on the lines that edited files may run
stops a loop that has no end.
"""

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from tracer.minidocker.edits import Edit
from tracer.minidocker.machine import Machine
from tracer.minidocker.recording import changes, moments, panels, sentences
from tracer.minidocker.recording.model import Recording, Step
from tracer.minidocker.recording.recorder import Recorder
from tracer.minidocker.scenarios import SCENARIOS
from tracer.minidocker.twin import recorder

MOST = 100_000  # lines of edited files


class Visit(NamedTuple):
    """Where a step of a walkthrough is found in a run: an entry, or a system call made in it."""

    number: int  # of the step
    go_name: str  # of the entry
    nth: int  # which of the entries of that name
    call: str = ""  # the name of the system call, where it is one
    kth: int = 0  # which of the entry's calls of that name


class StepLimitError(BaseException):
    """The edited files ran too many lines; nothing in the run may catch it."""


def run(name: str, visits: Sequence[Sequence[Any]], edited: Sequence[Edit] = ()) -> str:
    """Run a scenario, with edits that have been applied, and tell of it as JSON."""
    recording, problem = _record(name, edited)
    told = {
        "problem": problem,
        "output": recording.output,
        "exit": recording.exit_code,
        "entries": len(recording.steps),
        "calls": len(recording.calls),
        "steps": dict(_tell(recording, [Visit(*each) for each in visits])),
    }
    return json.dumps(told)


def visit(number: int, recording: Recording, ran: Step, tick: int | None) -> Visit:
    """Note where a step was found, so that it is found in another run."""
    same = [each for each in recording.steps if each.go_name == ran.go_name]
    nth = sum(each.index < ran.index for each in same)
    if tick is None:
        return Visit(number, ran.go_name, nth)
    name = recording.calls[tick].name
    made = recording.calls[ran.first_event : tick]
    return Visit(number, ran.go_name, nth, name, sum(each.name == name for each in made))


def _record(name: str, edited: Sequence[Edit]) -> tuple[Recording, str]:
    """Run and record; what went wrong is told in a line."""
    scenario, machine = SCENARIOS[name], Machine()
    watching, problem, exit_code, printed = None, "", 1, 0
    token = recorder.set(None)
    with _limited({_path(each) for each in edited}):
        try:
            for command in scenario.before:
                machine.run(command)
            printed = len(machine.kernel.console.read())
            watching = Recorder(machine.kernel)
            recorder.set(watching)
            for command in scenario.commands:
                _, exit_code = machine.run(command)
        except (Exception, StepLimitError) as error:  # noqa: BLE001 - it may be any of the learner's
            problem = _told(error, edited)
    watching = watching or Recorder(machine.kernel)
    output = machine.kernel.console.read()[printed:].decode("utf-8", "replace")
    recording = watching.finish(scenario.commands, output, exit_code)
    recorder.reset(token)
    with suppress(Exception):  # a changed program may not let itself be unwound
        machine.switch_off()
    return recording, problem


@contextmanager
def _limited(edited: set[str]) -> Iterator[None]:
    """Count the lines that edited files run, and stop at the limit."""
    left = MOST

    def count(_frame: FrameType, event: str, _value: object) -> Any:
        nonlocal left
        left -= event == "line"
        if left < 0:
            raise StepLimitError(f"stopped after {MOST:,} lines of your text: a loop without end?")
        return count

    def enter(frame: FrameType, _event: str, _value: object) -> Any:
        return count if frame.f_code.co_filename in edited else None

    before = sys.gettrace()
    sys.settrace(enter if edited else before)
    try:
        yield
    finally:
        sys.settrace(before)


def _told(error: BaseException, edited: Sequence[Edit]) -> str:
    """Say what went wrong, and on which line of an edited text."""
    text = str(error) if isinstance(error, StepLimitError) else f"{type(error).__name__}: {error}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for edit in edited:
            line = (frame.lineno or 0) - edit.first + 1
            if frame.filename == _path(edit) and 1 <= line <= edit.text.count("\n") + 1:
                return f"{text} (line {line} of your text)"
    return text


def _path(edit: Edit) -> str:
    return str(Path(__file__).parent / edit.file)


def _tell(recording: Recording, visits: list[Visit]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Say of each step that ran what it changed, and draw the machine where it did."""
    begun = [_moment(recording, each) for each in visits]
    state, done = recording.start, 0
    for each, span in zip(visits, moments.spans(begun, len(recording.changes)), strict=True):
        if span is None:
            continue
        if span[1] > done:
            state = changes.after(state, recording.changes[done : span[1]])
            done = span[1]
        made = recording.changes[slice(*span)]
        drawn = panels.panel(state, made) if made else ""
        yield str(each.number), {"changed": sentences.say(made), "panel": drawn}


def _moment(recording: Recording, wanted: Visit) -> int | None:
    """When a visit took place in this run; None if it did not."""
    same = [each for each in recording.steps if each.go_name == wanted.go_name]
    if len(same) <= wanted.nth:
        return None
    entry = same[wanted.nth]
    if not wanted.call:
        return moments.of_step(recording, entry)
    made = recording.calls[entry.first_event : entry.last_event + 1]
    ticks = [each.tick for each in made if each.name == wanted.call]
    return moments.of_call(recording, ticks[wanted.kth]) if len(ticks) > wanted.kth else None
