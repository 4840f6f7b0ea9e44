"""When a step of a run began, counted in changes, and what changed until the next one began."""

from collections.abc import Sequence

from tracer.minidocker.recording.model import Recording, Step

Span = tuple[int, int]  # the first change, and the one after the last


def of_step(recording: Recording, step: Step) -> int:
    """How many changes had been made when a step was entered."""
    return sum(each.frame < step.index for each in recording.changes)


def of_call(recording: Recording, tick: int) -> int:
    """How many changes had been made before a system call; some changes come from no call."""
    calls = [each.call for each in recording.changes]
    late = (at for at, call in enumerate(calls) if call is not None and call >= tick)
    return next(late, len(calls))


def spans(moments: Sequence[int | None], changes: int) -> list[Span | None]:
    """Give each moment the changes up to the next one; `changes`: how many there are in all."""
    found, begun = list[Span | None](), 0
    for index, moment in enumerate(moments):
        if moment is None:
            found.append(None)
            continue
        begun = max(begun, moment)
        later = next((each for each in moments[index + 1 :] if each is not None), changes)
        found.append((begun, max(begun, later)))
    return found
