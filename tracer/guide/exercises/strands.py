"""Which steps of a path must come before which, which may come either way, and which is unknown.

A strand is one process or goroutine. Steps of one strand come in the path's order, and a strand
begins after what its starter did before. Two steps of different processes may come either way if
the one whose step comes later has received nothing since the younger of them began: nothing can
have told it how far the other one is. About all other pairs nothing is claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracer.guide.exercises.lesson import Lesson
from tracer.guide.twins import Pair
from tracer.guide.walkthrough import Step
from tracer.minidocker.recording.model import Call

RECEIVING = frozenset(
    {"read", "readv", "recv", "recvmsg", "recvfrom", "accept", "wait4", "waitid", "poll", "select"}
    | {"epoll_wait", "futex", "flock", "connect", "nanosleep", "pause"}
)
_STARTS = frozenset({"goroutine", "process"})


@dataclass(eq=False, repr=False)
class Strands:
    """Where each step of a main line runs."""

    lesson: Lesson
    strand: dict[int, int] = field(default_factory=dict)  # step → strand, where that is certain
    starts: list[tuple[int, int]] = field(default_factory=list)  # of a strand: its starter, step

    def __post_init__(self) -> None:
        running: dict[str, set[int]] = {}
        self.starts.append((-1, 0))
        self.processes = [0]
        for step in self.lesson.walked.main_line:
            edge = step.edge
            known = running.get(edge.caller, {0} if not running else set())
            homes = {h for h in known if self.processes[h] == step.hop.process}
            if len(homes) == 1:
                home = next(iter(homes))
                if edge.spawned or edge.kind in _STARTS:
                    self.starts.append((home, step.number))
                    born = edge.kind == "process"
                    self.processes.append(max(self.processes) + 1 if born else step.hop.process)
                    home = len(self.starts) - 1
                self.strand[step.number] = home
                running.setdefault(edge.callee, set()).add(home)
            running.setdefault(edge.caller, known)
        self.pairs: dict[int, Pair] = {pair.step.number: pair for pair in self.lesson.ran}

    def before(self, first: Step, second: Step) -> bool | None:
        """Say whether a step must come before a later one of the path; None: nothing is known."""
        one, two = self.strand.get(first.number), self.strand.get(second.number)
        if one is None or two is None:
            return None
        if one == two or self._started_after(two, one, first.number):
            return True
        return False if self._either_way(first.number, second.number) else None

    def _started_after(self, strand: int, starter: int, number: int) -> bool:
        while strand > 0:
            strand, begun = self.starts[strand]
            if strand == starter:
                return number < begun
        return False

    def _either_way(self, first: int, second: int) -> bool:
        pairs = self.pairs.get(first), self.pairs.get(second)
        if pairs[0] is None or pairs[1] is None:
            return False
        entries = [pair.ran for pair in pairs if pair is not None and pair.ran is not None]
        if len(entries) != len(pairs) or entries[0].pid == entries[1].pid:
            return False
        assert self.lesson.compared is not None
        begun = _begun(self.lesson, max(entry.pid for entry in entries))
        later = entries[1]
        calls = self.lesson.compared.recording.calls[: later.first_event]
        own = [call for call in calls if call.pid == later.pid]
        received = any(call.tick >= begun and _receives(call, own) for call in own)
        return not received and begun <= min(entry.first_event for entry in entries)


def _receives(call: Call, own: Sequence[Call]) -> bool:
    """Say whether a call may have waited for somebody; reading a file that was opened does not."""
    if call.name != "read":
        return call.name in RECEIVING
    number = call.arguments.partition(",")[0]
    gave = [each.name for each in own if each.tick < call.tick and each.result == number]
    return not gave or gave[-1] != "open"


def _begun(lesson: Lesson, pid: int) -> int:
    """How many calls had been made when a process entered its first twin."""
    assert lesson.compared is not None
    return next(s.first_event for s in lesson.compared.recording.steps if s.pid == pid)


def known_apart(strands: Strands, chosen: Sequence[Step], step: Step) -> bool:
    """Say whether it is known how a step stands to each of those that were chosen."""
    return all(
        strands.before(*sorted((step, other), key=lambda s: s.number)) is not None
        for other in chosen
    )
