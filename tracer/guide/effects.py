"""What twins do to the machine: those below the daemon must do something, or say why not.

An entry has an effect if it, or what it called, made a system call or changed what a process keeps
in its memory. A twin without any is a pass-through; `@twin_of(..., passes="why")` names it, with
the reason that the Go function has.
"""

from collections.abc import Iterable, Iterator

from tracer.graph.rulebook import LAYERS, Rules, layer
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.twin import Twin

BELOW = frozenset(LAYERS[LAYERS.index("daemon") + 1 :])
MOST = 0.2  # of the twins below the daemon may pass on


def effective(recordings: Iterable[Recording]) -> frozenset[str]:
    """Name the Go functions whose twins had an effect in some run."""
    return frozenset(name for recording in recordings for name in _effective(recording))


def below(twins: Iterable[Twin], rules: Rules) -> tuple[Twin, ...]:
    """List the twins below the daemon layer."""
    return tuple(twin for twin in twins if layer(rules, twin.go_name) in BELOW)


def _effective(recording: Recording) -> Iterator[str]:
    acted = {call.step for call in recording.calls} | {each.step for each in recording.changes}
    for step in reversed(recording.steps):  # those that were called come after their callers
        if step.index in acted:
            acted.add(step.parent)
            yield step.go_name
