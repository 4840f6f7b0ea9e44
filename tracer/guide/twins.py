"""A walkthrough beside a run of its twin: which step of the run does what the Go step does.

The run follows the path if the functions that have a twin are entered in the path's order; entries
that the path does not list (a function called once more) are skipped over.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracer import minidocker
from tracer.errors import NoTwinError
from tracer.guide.walkthrough import Step, Walkthrough
from tracer.minidocker import run as runs
from tracer.minidocker.recording import sentences
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.recording.model import Step as Ran
from tracer.minidocker.twin import TWINS, Twin

RUNS: dict[str, Callable[[], Recording]] = {"docker-run": runs.docker_run}


@dataclass(frozen=True, slots=True)
class Pair:
    """One step of a walkthrough, and what the twin did there."""

    step: Step
    twin: Twin | None  # None where the Go function has no counterpart
    ran: Ran | None  # None where the run did not come to it in order
    calls: tuple[str, ...]  # the system calls it made itself
    changed: tuple[str, ...]  # what changed until the next step of the run, a sentence each


@dataclass(frozen=True, slots=True)
class Comparison:
    """A walkthrough and a recorded run of its twin, step by step."""

    pairs: tuple[Pair, ...]
    recording: Recording

    @property
    def twinned(self) -> int:
        """How many steps of the main line have a twin, or are a system call."""
        return sum(1 for p in self.pairs if not p.step.hop.branch and _has_twin(p))

    @property
    def followed(self) -> int:
        """How many of those the run came to, in the path's order."""
        return sum(1 for p in self.pairs if not p.step.hop.branch and p.ran is not None)


def run(walkthrough: Walkthrough) -> Comparison:
    """Run the twin of a walkthrough.

    Raises:
        NoTwinError: it has none.

    """
    if walkthrough.id not in RUNS:
        raise NoTwinError(walkthrough.id, sorted(RUNS))
    return compare(walkthrough, RUNS[walkthrough.id]())


def compare(walkthrough: Walkthrough, recording: Recording) -> Comparison:
    """Put a run beside a walkthrough."""
    position = 0
    pairs: list[Pair] = []
    running: dict[str, Ran] = {}  # Go name → the last step of the run that entered its twin
    for step in walkthrough.steps:
        twin = TWINS.get(step.edge.callee)
        ran = None
        if step.edge.kind == "syscall":
            caller = running.get(step.edge.caller)
            ran = caller if _made(recording, caller, step) else None
        elif twin is not None and not _unfollowed(step):
            ran = _next(recording, twin.go_name, position)
        if ran is not None and step.edge.kind != "syscall":
            position = ran.index + 1
            running[step.edge.callee] = ran
        calls = tuple(str(e) for e in recording.calls_of(ran)) if ran and twin else ()
        changed = sentences.say(recording.changes_in(ran.index)) if ran and twin else ()
        pairs.append(Pair(step, twin, ran, calls, changed))
    return Comparison(tuple(pairs), recording)


def source(twin: Twin) -> tuple[int, str]:
    """The first line and the text of a twin."""
    folder = Path(inspect.getfile(minidocker)).parent
    lines = (folder / twin.file).read_text(encoding="utf-8").splitlines()
    return twin.first_line, "\n".join(lines[twin.first_line - 1 : twin.last_line])


def _has_twin(pair: Pair) -> bool:
    return pair.twin is not None or pair.step.edge.kind == "syscall"


def _unfollowed(step: Step) -> bool:
    """A branch is not part of the run's order."""
    return bool(step.hop.branch)


def _next(recording: Recording, name: str, position: int) -> Ran | None:
    return next((r for r in recording.steps[position:] if r.go_name == name), None)


def _made(recording: Recording, ran: Ran | None, step: Step) -> bool:
    """Say whether a step of the run made this system call, itself or below."""
    if ran is None:
        return False
    wanted = {"forkandexecinchild": "clone", "exec": "execve"}
    name = step.edge.callee.rpartition(".")[2].lower()
    made = {e.name.replace("_", "") for e in recording.calls[ran.first_event : ran.last_event + 1]}
    return wanted.get(name, name) in made
