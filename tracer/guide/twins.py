"""A walkthrough beside a run of its twin: which step of the run does what the Go step does.

The run follows the path if the functions that have a twin are entered in the path's order; entries
that the path does not list (a function called once more) are skipped over. Goroutines and
processes that run side by side are ordered each for itself. Where a function has no twin, the
system calls of its caller's twin tell (`stand_ins.toml`), or a reason says why it is not modelled.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tracer import minidocker
from tracer.errors import NoTwinError
from tracer.guide import stand_ins
from tracer.guide.walkthrough import Step, Walkthrough
from tracer.minidocker import scenarios
from tracer.minidocker.recording import moments, sentences
from tracer.minidocker.recording.model import Call, Change, Recording
from tracer.minidocker.recording.model import Step as Ran
from tracer.minidocker.twin import TWINS, Twin


@dataclass(frozen=True, slots=True)
class Pair:
    """One step of a walkthrough, and what the twin did there."""

    step: Step
    twin: Twin | None  # None where the Go function has no counterpart
    ran: Ran | None  # the entry of the run that did it; None where it did not come to it in order
    not_modelled: str  # why the twin does without it
    calls: tuple[Call, ...] = ()  # its own system calls; for a library function, the one behind it
    changes: tuple[Change, ...] = ()  # what changed from here until the next step of the path
    until: int = 0  # how many changes of the recording have been made by then

    @property
    def changed(self) -> tuple[str, ...]:
        """What changed, a sentence each."""
        return sentences.say(self.changes)


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


def is_there(walkthrough: Walkthrough) -> bool:
    """Say whether a path has a twin to run."""
    return walkthrough.id in scenarios.SCENARIOS


def run(walkthrough: Walkthrough) -> Comparison:
    """Run the twin of a walkthrough.

    Raises:
        NoTwinError: it has none.

    """
    if not is_there(walkthrough):
        raise NoTwinError(walkthrough.id, sorted(scenarios.SCENARIOS))
    return compare(walkthrough, scenarios.run(walkthrough.id))


def compare(walkthrough: Walkthrough, recording: Recording) -> Comparison:
    """Put a run beside a walkthrough."""
    follower = _Follower(recording)
    pairs = [follower.follow(step) for step in walkthrough.steps]
    return Comparison(tuple(_with_changes(pairs, recording)), recording)


def _with_changes(pairs: list[Pair], recording: Recording) -> Iterator[Pair]:
    """Give each pair what changed from its moment to that of the next one that ran."""
    begun = [_moment(pair, recording) for pair in pairs]
    spans = moments.spans(begun, len(recording.changes))
    for pair, span in zip(pairs, spans, strict=True):
        if span is None:
            yield pair
        else:
            yield replace(pair, changes=recording.changes[slice(*span)], until=span[1])


def _moment(pair: Pair, recording: Recording) -> int | None:
    """How many changes were made before a step began; None if it did not run."""
    if pair.ran is None:
        return None
    if pair.twin is None and pair.calls:
        return moments.of_call(recording, pair.calls[0].tick)
    return moments.of_step(recording, pair.ran)


def called_at(caller: Twin, callee: Twin) -> int | None:
    """The line on which one twin calls another; None where there is no such line, or several."""
    first, text = source(caller)
    name = callee.python_name.rpartition(".")[2]
    calls = [each for each in ast.walk(ast.parse(textwrap.dedent(text))) if _calls(each, name)]
    lines = {each.lineno for each in calls if isinstance(each, ast.Call)}
    return first + lines.pop() - 1 if len(lines) == 1 else None


def _calls(found: ast.AST, name: str) -> bool:
    match found:
        case ast.Call(func=ast.Name(id=called)) | ast.Call(func=ast.Attribute(attr=called)):
            return called == name
        case _:
            return False


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
    used: dict[int, int] = field(default_factory=dict)  # entry → its last call that was used

    def follow(self, step: Step) -> Pair:
        """Find what the run did at the next step of the walkthrough."""
        callee = step.edge.callee
        twin = TWINS.get(callee)
        if self.position < 0 and step.edge.caller in TWINS:
            self._enter(step.edge.caller)  # where the path begins
        reason = stand_ins.why_not_modelled(callee)
        if step.hop.branch:  # a branch is not part of the run's order
            return Pair(step, twin, None, reason)
        if twin is None:
            caller, made = self._made_by_caller(step)
            return Pair(step, None, caller, reason, made)
        ran = self._enter(callee, self.running.get(step.edge.caller))
        calls = self.recording.calls_of(ran) if ran is not None else ()
        return Pair(step, twin, ran, reason, calls)

    def _enter(self, name: str, caller: Ran | None = None) -> Ran | None:
        """The next entry of that name.

        First of those that the caller's entry has made, then in the tasks that the path has been
        in, then in those that run now: there it may be earlier than what was used before.
        """
        entries = [each for each in self.recording.steps if each.go_name == name]
        after = [each for each in entries if each.index > self.position]
        beside = [each for each in entries if each.index > self.reached.get(each.task, -1)]
        made = [each for each in beside if caller is not None and each.parent == caller.index]
        running = {each.task for each in self._open()}
        followed = [each for each in beside if each.task in self.reached]
        current = [each for each in beside if each.task in running]
        found = next(iter(made or followed or current or after or beside), None)
        if found is not None:
            self.position = max(self.position, found.index)
            self.reached[found.task] = found.index
            self.running[name] = found
        return found

    def _nearest(self, caller: Ran, calls: list[Call]) -> list[Call]:
        """Of the calls made while an entry ran: of its process, and below it."""
        own = [call for call in calls if call.pid == caller.pid] or calls
        return [call for call in own if caller.index in self._above(call.step)] or own

    def _above(self, step: int | None) -> Iterator[int]:
        """The entries in which a call was made, innermost first."""
        while step is not None:
            yield step
            step = self.recording.steps[step].parent

    def _find_running(self, name: str) -> Ran | None:
        """The entry of that name that was used, or runs now, or is next."""
        if name not in self.running:
            runs = [each for each in self._open() if each.go_name == name]
            self.running |= {name: runs[-1]} if runs else {}
        return self.running.get(name) or self._enter(name)

    def _open(self) -> list[Ran]:
        """The entries that have begun and not ended at the one that was used last."""
        entries = self.recording.steps[: self.position + 1]
        return [each for each in entries if each.last_event >= entries[-1].first_event]

    def _made_by_caller(self, step: Step) -> tuple[Ran | None, tuple[Call, ...]]:
        """The caller's entry and the next system call behind a library function, if it made one.

        One that is called in a loop may have made the call in a later round only.
        """
        caller = self._find_running(step.edge.caller)
        behind = stand_ins.calls_behind(step.edge.callee)
        while caller is not None:
            made = self.recording.calls[caller.first_event : caller.last_event + 1]
            found = self._nearest(caller, [call for call in made if call.name in behind])
            later = [call for call in found if call.tick > self.used.get(caller.index, -1)]
            chosen = next(iter(later or found), None)
            if chosen is not None:
                self.used[caller.index] = chosen.tick
                # what the library calls runs in the same entry
                self.running |= {step.edge.caller: caller, step.edge.callee: caller}
                return caller, (chosen,)
            caller = self._next_round(caller)
        return None, ()

    def _next_round(self, entry: Ran) -> Ran | None:
        """The next entry into the same function from the same entry of its caller."""
        later = self.recording.steps[entry.index + 1 :]
        same = (each for each in later if each.go_name == entry.go_name)
        return next((each for each in same if each.parent == entry.parent), None)
