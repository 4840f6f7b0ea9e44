"""Two goroutines joined in memory, as Go's io.Pipe does: no system call, no descriptor."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from tracer.minidocker.kernel.scheduler import Wait

Read = Callable[[], Awaitable[bytes]]  # gives the next piece; no bytes mean the end
Write = Callable[[bytes], object]  # takes a piece


class ClosedPipeError(Exception):
    """Nobody reads there any more."""


class Reader(Protocol):
    """What bytes come out of, piece by piece."""

    async def read(self) -> bytes:
        """Return the next piece; no bytes mean the end."""


class Pipe:
    """Bytes on their way; the reader sleeps until there are some."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.closed = False  # by the writer: what was written can still be read
        self.abandoned = False  # by the reader
        self.changed = Wait()

    def write(self, data: bytes) -> None:
        """Hand a piece over."""
        if self.abandoned:
            raise ClosedPipeError
        self.pieces.append(data)
        self.changed.wake()

    def close(self) -> None:
        """Say that nothing more will come."""
        self.closed = True
        self.changed.wake()

    def abandon(self) -> None:
        """Tell the writer, when it next writes, that nobody reads."""
        self.abandoned = True

    async def read(self) -> bytes:
        """Return the next piece; no bytes mean the end."""
        while not self.pieces and not self.closed:
            await self.changed
        return self.pieces.pop(0) if self.pieces else b""


async def read_all(read: Read) -> bytes:
    """Read to the end."""
    data = b""
    while piece := await read():
        data += piece
    return data
