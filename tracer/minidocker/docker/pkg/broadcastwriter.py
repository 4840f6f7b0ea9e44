"""The output of a container on its way to the log and to the clients that are attached."""

import struct
from collections.abc import Callable, Iterator

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

Write = Callable[[bytes], object]
HEADER = struct.Struct(">BxxxL")  # which stream, how many bytes


class BroadcastWriter:
    """One writer that is many: each piece of output goes to everyone who listens."""

    def __init__(self) -> None:
        self.writers: list[Write] = []
        self.closed = Wait()

    @twin_of("(*github.com/docker/docker/pkg/broadcastwriter.BroadcastWriter).AddWriter")
    def add(self, write: Write) -> None:
        """Send what comes from now on there too."""
        self.writers.append(write)

    def write(self, data: bytes) -> None:
        """Send to all, and forget those who have gone away."""
        for write in list(self.writers):
            try:
                write(data)
            except KernelError:
                self.writers.remove(write)

    def close_writers(self) -> None:
        """Tell all listeners that nothing more will come."""
        self.writers.clear()
        self.closed.close()


@twin_of(
    "github.com/docker/docker/pkg/broadcastwriter.New",
    passes="Nobody listens yet, and nothing is written.",
)
def new_broadcast_writer() -> BroadcastWriter:
    """Make one that nobody listens to yet."""
    return BroadcastWriter()


def frame(stream: int, data: bytes) -> bytes:
    """Say before the bytes which stream they are from, as there is only one connection."""
    return HEADER.pack(stream, len(data)) + data


def frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Take framed bytes apart again."""
    while data:
        stream, length = HEADER.unpack_from(data)
        yield stream, data[HEADER.size : HEADER.size + length]
        data = data[HEADER.size + length :]
