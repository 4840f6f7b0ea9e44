"""Two goroutines joined in memory, as Go's io.Pipe does: one writes, the other reads."""

from typing import Protocol

from tracer.minidocker.kernel.scheduler import Wait


class Reader(Protocol):
    """What bytes come out of, piece by piece."""

    async def read(self) -> bytes:
        """Return the next piece; no bytes mean the end."""


class Pipe:
    """Bytes on their way; the reader sleeps until there are some."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.ended = False
        self.changed = Wait()

    def write(self, data: bytes) -> None:
        """Hand a piece over."""
        self.pieces.append(data)
        self.changed.wake()

    def close(self) -> None:
        """Say that nothing more will come."""
        self.ended = True
        self.changed.wake()

    async def read(self) -> bytes:
        """Return the next piece; no bytes mean the end."""
        while not self.pieces and not self.ended:
            await self.changed
        return self.pieces.pop(0) if self.pieces else b""


async def read_all(reader: Reader) -> bytes:
    """Read to the end."""
    data = b""
    while piece := await reader.read():
        data += piece
    return data
