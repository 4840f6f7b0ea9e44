"""A pipe within one process, as Go's io.Pipe: no system call, no descriptor."""

from tracer.minidocker.kernel.scheduler import Wait


class ClosedPipeError(Exception):
    """Nobody reads there any more."""


class Pipe:
    """What is written at one end is read at the other."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.closed = False  # by the writer: what was written can still be read
        self.abandoned = False  # by the reader
        self.changed = Wait()

    def write(self, data: bytes) -> None:
        """Give the reader more."""
        if self.abandoned:
            raise ClosedPipeError
        self.chunks.append(data)
        self.changed.wake()

    def close(self) -> None:
        """Tell the reader that nothing more will come."""
        self.closed = True
        self.changed.wake()

    def abandon(self) -> None:
        """Tell the writer, when it next writes, that nobody reads."""
        self.abandoned = True

    async def read(self) -> bytes:
        """Take what there is; nothing means the end."""
        while not self.chunks and not self.closed:
            await self.changed
        return self.chunks.pop(0) if self.chunks else b""
