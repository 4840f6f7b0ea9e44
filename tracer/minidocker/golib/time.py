"""The time of day, and how long things take; no system call, as the kernel shows its clock.

The machine has no clock of its own: it is switched on at midnight of the day on which Docker 1.2.0
came out, and time moves on only while everybody sleeps.
"""

from datetime import UTC, datetime, timedelta

from tracer.minidocker.kernel.kernel import running_kernel
from tracer.minidocker.kernel.scheduler import Wait

SWITCHED_ON = datetime(2014, 8, 20, tzinfo=UTC)
NEVER = "0001-01-01T00:00:00Z"  # the zero value of Go's Time
UNITS = (  # up to how many seconds, in which unit, and what to say instead of a single one
    (60, 1, "second", "1 seconds"),
    (3600, 60, "minute", "About a minute"),
    (48 * 3600, 3600, "hour", "About an hour"),
    (14 * 86400, 86400, "day", "1 days"),
)


def now() -> float:
    """Return the seconds since the machine was switched on."""
    return running_kernel.get().system.scheduler.now


def written(seconds: float | None) -> str:
    """Write a moment as JSON has it; None has never been."""
    if seconds is None:
        return NEVER
    moment = (SWITCHED_ON + timedelta(seconds=seconds)).isoformat()
    return moment.replace("+00:00", "Z")


def read(text: str) -> float | None:
    """Read a moment as JSON has it."""
    return None if text == NEVER else (datetime.fromisoformat(text) - SWITCHED_ON).total_seconds()


def since(text: str) -> float:
    """Return how many seconds ago a written moment was."""
    return now() - (read(text) or 0)


def human_duration(seconds: float) -> str:
    """Say roughly how long."""
    if seconds < 1:
        return "Less than a second"
    for limit, length, unit, single in UNITS:
        count = int(seconds // length)
        if seconds < limit:
            return single if count == 1 else f"{count} {unit}s"
    return f"{int(seconds // (7 * 86400))} weeks"


def unix(text: str) -> float:
    """Read a moment, as seconds since 1970 or written, as seconds of the machine's time."""
    if not text.isdecimal():
        return now() - since(text)
    return float(text) - SWITCHED_ON.timestamp()


async def sleep(seconds: float) -> None:
    """Sleep, without being a program's own system call."""
    await running_kernel.get().system.scheduler.sleep(seconds)


async def within(seconds: float, wait: Wait) -> bool:
    """Sleep until somebody wakes, or until the time is up; say whether somebody did.

    No system call is made; `goroutine.within` waits for a function, and makes one.
    """
    return await running_kernel.get().system.scheduler.sleep_until(wait, seconds)
