"""A walkthrough beside a run of its twin: which step of the run does what the Go step does.

The run follows the path if the functions that have a twin are entered in the path's order; entries
that the path does not list (a function called once more) are skipped over. Goroutines and
processes that run side by side are ordered each for itself. Where a function has no twin, the
system calls of its caller's twin tell (`stand_ins.toml`), or a reason says why it is not modelled.
"""

import inspect
from dataclasses import dataclass, field
from pathlib import Path

from tracer import minidocker
from tracer.errors import NoTwinError
from tracer.guide import stand_ins
from tracer.guide.walkthrough import Step, Walkthrough
from tracer.minidocker import scenarios
from tracer.minidocker.recording import sentences
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.recording.model import Step as Ran
from tracer.minidocker.twin import TWINS, Twin


@dataclass(frozen=True, slots=True)
class Pair:
    """One step of a walkthrough, and what the twin did there."""

    step: Step
    twin: Twin | None  # None where the Go function has no counterpart
    ran: Ran | None  # the entry of the run that did it; None where it did not come to it in order
    not_modelled: str  # why the twin does without it
    calls: tuple[str, ...] = ()  # the system calls it made itself
    changed: tuple[str, ...] = ()  # what changed until the next step of the run, a sentence each


@dataclass(frozen=True, slots=True)
class Comparison:
    """A walkthrough and a recorded run of its twin, step by step."""

    pairs: tuple[Pair, ...]
    recording: Recording

    @property
    def main_line(self) -> tuple[Pair, ...]:
        """The pairs on no branch."""
        return tuple(p for p in self.pairs if not p.step.hop.branch)

    @property
    def executed(self) -> tuple[Pair, ...]:
        """The steps of the main line that the run came to, in the path's order."""
        return tuple(p for p in self.main_line if p.ran is not None)

    @property
    def named(self) -> tuple[Pair, ...]:
        """Those that the run did not come to, with the reason."""
        return tuple(p for p in self.main_line if p.ran is None and p.not_modelled)

    @property
    def missed(self) -> tuple[Pair, ...]:
        """Those that the run should have come to."""
        return tuple(p for p in self.main_line if p.ran is None and not p.not_modelled)


def run(walkthrough: Walkthrough) -> Comparison:
    """Run the twin of a walkthrough.

    Raises:
        NoTwinError: it has none.

    """
    if walkthrough.id not in scenarios.SCENARIOS:
        raise NoTwinError(walkthrough.id, sorted(scenarios.SCENARIOS))
    return compare(walkthrough, scenarios.run(walkthrough.id))


def compare(walkthrough: Walkthrough, recording: Recording) -> Comparison:
    """Put a run beside a walkthrough."""
    follower = _Follower(recording)
    return Comparison(tuple(follower.follow(step) for step in walkthrough.steps), recording)


def source(twin: Twin) -> tuple[int, str]:
    """The first line and the text of a twin."""
    folder = Path(inspect.getfile(minidocker)).parent
    lines = (folder / twin.file).read_text(encoding="utf-8").splitlines()
    return twin.first_line, "\n".join(lines[twin.first_line - 1 : twin.last_line])


@dataclass(eq=False, repr=False)
class _Follower:
    """How far the run has been followed."""

    recording: Recording
    position: int = -1  # the last entry that was used
    reached: dict[int, int] = field(default_factory=dict)  # task → its last entry that was used
    running: dict[str, Ran] = field(default_factory=dict)  # Go name → the entry used last

    def follow(self, step: Step) -> Pair:
        """Find what the run did at the next step of the walkthrough."""
        callee = step.edge.callee
        twin = TWINS.get(callee)
        reason = stand_ins.why_not_modelled(callee)
        if step.hop.branch:  # a branch is not part of the run's order
            return Pair(step, twin, None, reason)
        if twin is None:
            return Pair(step, None, self._caller(step), reason)
        ran = self._enter(callee)
        if ran is None:
            return Pair(step, twin, None, reason)
        calls = tuple(str(call) for call in self.recording.calls_of(ran))
        return Pair(
            step, twin, ran, reason, calls, sentences.say(self.recording.changes_in(ran.index))
        )

    def _enter(self, name: str) -> Ran | None:
        """The next entry of that name; one that ran beside what was used before may be earlier."""
        entries = [each for each in self.recording.steps if each.go_name == name]
        after = [each for each in entries if each.index > self.position]
        beside = [each for each in entries if each.index > self.reached.get(each.task, -1)]
        found = next(iter(after or beside), None)
        if found is not None:
            self.position = max(self.position, found.index)
            self.reached[found.task] = found.index
            self.running[name] = found
        return found

    def _caller(self, step: Step) -> Ran | None:
        """The caller's entry, if it made one of the system calls behind a library function."""
        caller = self.running.get(step.edge.caller)
        behind = stand_ins.calls_behind(step.edge.callee)
        if caller is None:
            return None
        made = self.recording.calls[caller.first_event : caller.last_event + 1]
        return caller if any(call.name in behind for call in made) else None
