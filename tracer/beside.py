"""Work that runs beside ours, in a copy of this process.

A fork shares all that was read so far without a word being sent; only text comes back.  Where there
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

_LARGE = 1_000_000_000  # bytes


@contextmanager
def beside(work: Callable[[], dict[str, str]]) -> Iterator[Callable[[], dict[str, str]]]:
    """Begin some work; what is given waits for its result."""
    if not _can_be_copied():
        yield work
        return
    with tempfile.TemporaryFile() as told:
        child = _begun(work, told)
        try:
            yield lambda: _result(child, told) or work()
        finally:
            _ended(child)


def _can_be_copied() -> bool:
    several = (os.cpu_count() or 1) > 1 and threading.active_count() == 1
    return several and hasattr(os, "fork") and _memory() < _LARGE


def _memory() -> int:
    """The most memory that this process has had, in bytes: getrusage(2)."""
    import resource  # noqa: PLC0415 - not where there is no fork either

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _begun(work: Callable[[], dict[str, str]], told: IO[bytes]) -> list[int]:
    """Start the copy: its process number, or nothing where there is no room for one."""
    try:
        pid = os.fork()
    except OSError:
        return []
    if pid:
        return [pid]
    try:
        told.write(msgspec.msgpack.encode(work()))
        told.flush()
    except BaseException:  # noqa: BLE001 - it is met again, and told, where the work is done anew
        os._exit(1)
    os._exit(0)  # nothing of ours may run twice: no exit handler, no buffer


def _result(child: list[int], told: IO[bytes]) -> dict[str, str] | None:
    if not child or os.waitpid(child.pop(), 0)[1] != 0:
        return None
    told.seek(0)
    return msgspec.msgpack.decode(told.read(), type=dict[str, str])


def _ended(child: list[int]) -> None:
    """Let go of a copy whose result nobody waited for."""
    for pid in child:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        os.waitpid(pid, 0)
