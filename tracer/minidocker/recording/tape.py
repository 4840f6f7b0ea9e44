r"""A recording as JSON, and back.

    {"format": "trace-docker recording 1",
     "commands": ["docker run busybox echo hello"],
     "functions": [[go name, python name], ...],
     "steps": [[function, pid, task, depth, parent, arguments, first call, last call], ...],
     "calls": [[pid, name, arguments, result, step], ...],
     "changes": [[frame, step, call, path, after], ...],
     "states": {"-1": {...}, "49": {...}, ...},
     "output": "hello\n", "exit_code": 0}

A change gives the new value at a path of the state; null: nothing is there any more. `states` holds
the state after a frame, from before the first step (-1) on and every 50 steps, so that a reader
can jump; a section that an earlier frame has too is written as [the number of that frame, what is
different in this one]. The same run gives the same bytes.
"""

import json
from typing import Any

from tracer.minidocker.recording.changes import after, differences
from tracer.minidocker.recording.model import Call, Change, Recording, Step, Tree, Value

FORMAT = "trace-docker recording 1"
EVERY = 50  # steps between two full states


class TapeError(ValueError):
    """This is no recording; the message says where it goes wrong."""


def write(recording: Recording) -> str:
    """Write a recording as JSON."""
    functions = sorted({(each.go_name, each.python_name) for each in recording.steps})
    content = {
        "format": FORMAT,
        "commands": list(recording.commands),
        "functions": functions,
        "steps": [_row(each, functions) for each in recording.steps],
        "calls": [
            [each.pid, each.name, each.arguments, each.result, each.step]
            for each in recording.calls
        ],
        "changes": [
            [each.frame, each.step, each.call, list(each.path), each.after]
            for each in recording.changes
        ],
        "states": _written(_states(recording)),
        "output": recording.output,
        "exit_code": recording.exit_code,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def read(text: str) -> Recording:
    """Read what `write` gave, and check that it is one.

    Raises:
        TapeError: it is not.

    """
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise TapeError(f"the format is {content['format']!r}, not {FORMAT!r}")
        recording = _recording(content)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, TapeError):
            raise
        raise TapeError(f"not a recording: {type(error).__name__}: {error}") from None
    _check(recording, _read_states(content["states"]))
    return recording


def _recording(content: dict[str, Any]) -> Recording:
    state = start = _read_states(content["states"])["-1"]
    changes: list[Change] = []
    for frame, step, call, path, value in content["changes"]:
        changes.append(Change(frame, step, call, tuple(path), _at(state, path), value))
        state = after(state, changes[-1:])
    return Recording(
        tuple(content["commands"]),
        start,
        tuple(
            Step(index, *content["functions"][function], *row)
            for index, (function, *row) in enumerate(content["steps"])
        ),
        tuple(
            Call(tick, pid, name, arguments, result, step)
            for tick, (pid, name, arguments, result, step) in enumerate(content["calls"])
        ),
        tuple(changes),
        state,
        content["output"],
        content["exit_code"],
    )


def _check(recording: Recording, states: dict[str, Tree]) -> None:
    for frame, state in _states(recording).items():
        if list(differences(states.get(str(frame), {}), state)):
            raise TapeError(f"the changes do not lead to the state after step {frame}")
    for step in recording.steps:
        if step.parent is not None and not 0 <= step.parent < step.index:
            raise TapeError(f"step {step.index} has no parent {step.parent}")


def _states(recording: Recording) -> dict[int, Tree]:
    """Give the state after each frame that is kept in full."""
    kept, state, position = {-1: recording.start}, recording.start, 0
    for frame in range(EVERY - 1, len(recording.steps), EVERY):
        passed = position
        while passed < len(recording.changes) and recording.changes[passed].frame <= frame:
            passed += 1
        state = after(state, recording.changes[position:passed])
        kept[frame], position = state, passed
    return kept


def _written(states: dict[int, Tree]) -> dict[str, Tree]:
    """Write each section of a state in full once, and later what has changed in it."""
    written: dict[str, Tree] = {}
    last: dict[str, tuple[str, Value]] = {}  # section → the frame that has it, and what it is
    for frame, state in states.items():
        written[str(frame)] = {}
        for name, section in state.items():
            if name in last and isinstance(section, dict):
                earlier, known = last[name]
                written[str(frame)][name] = [earlier, _entries(known, section)]
            else:
                written[str(frame)][name] = section
            last[name] = str(frame), section
    return written


def _entries(known: Value, section: Tree) -> Tree:
    """Give the entries that are new or other, and null for those that are gone."""
    before = known if isinstance(known, dict) else {}
    changed = {key: value for key, value in section.items() if before.get(key) != value}
    return {**changed, **{key: None for key in before if key not in section}}


def _read_states(written: dict[str, dict[str, Any]]) -> dict[str, Tree]:
    states: dict[str, Tree] = {}
    for frame, sections in written.items():
        states[frame] = {name: _merged(states, name, each) for name, each in sections.items()}
    return states


def _merged(states: dict[str, Tree], name: str, written: Any) -> Value:
    if not isinstance(written, list):
        return written  # type: ignore[no-any-return]
    earlier, changed = written
    before = states[earlier][name]
    entries = {**(before if isinstance(before, dict) else {}), **changed}
    return {key: value for key, value in entries.items() if value is not None}


def _row(step: Step, functions: list[tuple[str, str]]) -> list[Any]:
    return [
        functions.index((step.go_name, step.python_name)),
        step.pid,
        step.task,
        step.depth,
        step.parent,
        step.arguments,
        step.first_event,
        step.last_event,
    ]


def _at(state: Tree, path: list[str]) -> Any:
    found: Any = state
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
