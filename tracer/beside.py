"""Work that runs beside ours, in a copy of this process.

A fork shares all that was read so far without a word being sent; only bytes come back.  Where there
is one core, or threads that a copy would lack, or no room for a copy, the work is done when its
result is asked for.  In time a copy needs most of our memory again, so a large process makes none.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

import msgspec

Result = dict[str, bytes]
_LARGE = 1_000_000_000  # bytes


class Beside:
    """Some work that was begun."""

    def __init__(self, work: Callable[[], Result], told: IO[bytes] | None) -> None:
        self._work = work
        self._told = told
        self._pid = _begun(work, told) if told is not None else 0
        self._status: int | None = None if self._pid else 1

    def is_done(self) -> bool:
        """Say whether nobody works on it any more."""
        self._wait(os.WNOHANG)
        return self._status is not None

    def result(self) -> Result:
        """What the work gives, waited for; a copy that died leaves it to us."""
        self._wait(0)
        if self._told is None or self._status != 0:
            return self._work()
        self._told.seek(0)
        return msgspec.msgpack.decode(self._told.read(), type=Result)

    def end(self) -> None:
        """Let go of a copy whose result nobody waits for."""
        if not self.is_done():
            with suppress(ProcessLookupError):
                os.kill(self._pid, 9)
            self._wait(0)

    def _wait(self, options: int) -> None:
        if self._status is None:
            try:
                pid, status = os.waitpid(self._pid, options)
            except ChildProcessError:  # Ctrl-C came between its end and our note of it
                self._status = 1
            else:
                self._status = status if pid else None


@contextmanager
def beside(work: Callable[[], Result]) -> Iterator[Beside]:
    """Begin some work."""
    if not pays():
        yield Beside(work, None)
        return
    with tempfile.TemporaryFile() as told:
        begun = Beside(work, told)
        try:
            yield begun
        finally:
            begun.end()


def pays() -> bool:
    """Say whether work would run beside ours."""
    several = (os.cpu_count() or 1) > 1 and threading.active_count() == 1
    return several and hasattr(os, "fork") and _memory() < _LARGE


def _memory() -> int:
    """The most memory that this process has had, in bytes: getrusage(2)."""
    import resource  # noqa: PLC0415 - not where there is no fork either

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _begun(work: Callable[[], Result], told: IO[bytes]) -> int:
    """Start the copy: its process number, or 0 where there is no room for one."""
    try:
        pid = os.fork()
    except OSError:
        return 0
    if pid:
        return pid
    try:
        told.write(msgspec.msgpack.encode(work()))
        told.flush()
    except BaseException:  # noqa: BLE001 - it is met again, and told, where the work is done anew
        os._exit(1)
    os._exit(0)  # nothing of ours may run twice: no exit handler, no buffer
