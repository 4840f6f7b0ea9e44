"""Work that runs beside ours, in a copy of this process.

A fork shares all that was read so far without a word being sent; only bytes are exchanged.  Where
there is one core, or threads that a copy would lack, or no room for a copy, there is none: then
nothing comes back, and the work is ours.  So it is when a copy dies.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PART = 4  # of the memory of the machine we take one part at most: in time a copy needs ours again
_LENGTH = 8  # bytes that tell a message's length

Exchange = Callable[[bytes], bytes]  # says something, and waits for what the other has to say
Work = Callable[[Exchange], bytes]


class Beside:
    """Some work that was begun, or not."""

    def __init__(self, line: "_Line | None", pid: int) -> None:
        self._line = line
        self._pid = pid

    @property
    def is_begun(self) -> bool:
        """Say whether somebody works on it."""
        return self._line is not None

    def exchange(self, ours: bytes) -> bytes | None:
        """Say something, and wait for what the copy has to say; None where there is none.

        Who could not be told something knows too little for what comes after: it is let go.
        """
        if self._line is None:
            return None
        heard = self._line.hear() if self._line.say(ours) else None
        if heard is None:
            self.end()
        return heard

    def result(self) -> bytes | None:
        """What the work gives, waited for; None where there is no copy, or it died."""
        return self._line.hear() if self._line is not None else None

    def end(self) -> None:
        """Let go of the copy; nobody waits for it any longer."""
        if self._line is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, 9)
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
            self._line.close()
            self._line = None


class Turns:
    """Pieces of work, by number: each is done by whoever takes it first, we or a copy of us."""

    def __init__(self, count: int) -> None:
        self._queue, given = os.pipe()
        os.write(given, bytes(range(count)))
        os.close(given)  # so that it ends

    def __iter__(self) -> Iterator[int]:
        while taken := os.read(self._queue, 1):
            yield taken[0]

    def close(self) -> None:
        """Take no more."""
        os.close(self._queue)


class _Line:
    """One end of a line: a message stands in a file, and its length goes through a pipe."""

    def __init__(self, mouth: tuple[int, int], ear: tuple[int, int]) -> None:
        self._mouth, self._tell = mouth
        self._ear, self._told = ear
        self._said = self._heard = 0  # bytes so far

    def say(self, message: bytes) -> bool:
        """Say something; False where nobody can hear it."""
        rest = memoryview(message)
        try:
            while rest:
                written = os.pwrite(self._mouth, rest, self._said)
                self._said += written
                rest = rest[written:]
            os.write(self._tell, len(message).to_bytes(_LENGTH, "big"))
        except OSError:  # no room, or nobody
            return False
        return True

    def hear(self) -> bytes | None:
        """Wait for a message; None where nobody is there to say any."""
        told = os.read(self._told, _LENGTH)  # a pipe gives so few bytes at once
        if len(told) < _LENGTH:
            return None
        length = int.from_bytes(told, "big")
        parts = []
        while length:
            parts.append(os.pread(self._ear, length, self._heard))
            self._heard += len(parts[-1])
            length -= len(parts[-1])
        return b"".join(parts)

    def close(self) -> None:
        """Leave the pipes; the files are somebody else's."""
        os.close(self._tell)
        os.close(self._told)


@contextmanager
def beside(work: Work, memory: int = 0) -> Iterator[Beside]:
    """Begin some work; `memory`: bytes that it will take."""
    if not pays(memory):
        yield Beside(None, 0)
        return
    with tempfile.TemporaryFile() as ours, tempfile.TemporaryFile() as theirs:
        begun = _begun(work, ours.fileno(), theirs.fileno())
        try:
            yield begun
        finally:
            begun.end()


def pays(memory: int = 0) -> bool:
    """Say whether work would run beside ours; `memory`: bytes that it will take."""
    several = cores() > 1 and threading.active_count() == 1
    return several and hasattr(os, "fork") and _memory() + memory < _room()


def cores() -> int:
    """The cores that this process may use: sched_getaffinity(2), where there is such a thing."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def _memory() -> int:
    """The most memory that this process has had, in bytes: getrusage(2)."""
    import resource  # noqa: PLC0415 - not where there is no fork either

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _room() -> int:
    """The memory that a copy may take, in bytes: sysconf(3)."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _PART


def _begun(work: Work, ours: int, theirs: int) -> Beside:
    """Start the copy, if there is room for one."""
    told_them, tell_them = os.pipe()
    told_us, tell_us = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        for end in (told_them, tell_them, told_us, tell_us):
            os.close(end)
        return Beside(None, 0)
    if pid:
        os.close(told_them)
        os.close(tell_us)
        return Beside(_Line((ours, tell_them), (theirs, told_us)), pid)
    try:
        os.close(tell_them)
        os.close(told_us)
        line = _Line((theirs, tell_us), (ours, told_them))
        line.say(work(lambda message: _exchanged(line, message)))
    except BaseException:  # noqa: BLE001 - it is met again, and told, where the work is done anew
        os._exit(1)
    os._exit(0)  # nothing of ours may run twice: no exit handler, no buffer


def _exchanged(line: _Line, message: bytes) -> bytes:
    """Say something to those who made this copy, and wait for what they say.

    Raises:
        BrokenPipeError: they are gone.

    """
    heard = line.hear() if line.say(message) else None
    if heard is None:
        raise BrokenPipeError
    return heard
