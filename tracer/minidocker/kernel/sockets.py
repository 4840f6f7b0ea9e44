"""Byte streams between processes: pipes, socket pairs, and sockets with a path.

A stream has one reader and one writer. The reader sees end of file when the last descriptor of
the writer is closed.
"""

import errno

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Inode, OpenFile
from tracer.minidocker.kernel.scheduler import Wait


class Stream:
    """Bytes on their way in one direction."""

    def __init__(self) -> None:
        self.waiting = b""
        self.ended = False
        self.changed = Wait()

    def end(self) -> None:
        """Say that no more bytes will come."""
        self.ended = True
        self.changed.wake()


class StreamEnd(OpenFile):
    """An end of a pipe (one stream) or of a socket (two)."""

    def __init__(self, incoming: Stream | None, outgoing: Stream | None) -> None:
        super().__init__()
        self.incoming, self.outgoing = incoming, outgoing

    async def read(self) -> bytes:
        """Sleep until there are bytes or the other side has ended."""
        if self.incoming is None:
            raise KernelError(errno.EBADF)
        while not self.incoming.waiting and not self.incoming.ended:
            await self.incoming.changed
        data, self.incoming.waiting = self.incoming.waiting, b""
        return data

    def write(self, data: bytes) -> int:
        """Hand bytes to the reader, if there is still one."""
        if self.outgoing is None:
            raise KernelError(errno.EBADF)
        if self.outgoing.ended:
            raise KernelError(errno.EPIPE)
        self.outgoing.waiting += data
        self.outgoing.changed.wake()
        return len(data)

    def shut_write(self) -> None:
        """Send end of file and keep reading."""
        if self.outgoing:
            self.outgoing.end()

    def release(self) -> None:
        """End both directions: the reader sees end of file, the writer EPIPE."""
        for stream in (self.incoming, self.outgoing):
            if stream:
                stream.end()


class Listener(OpenFile):
    """A socket that waits for others to connect."""

    def __init__(self) -> None:
        super().__init__()
        self.connected: list[StreamEnd] = []
        self.changed = Wait()

    async def accept(self) -> StreamEnd:
        """Sleep until somebody connects."""
        while not self.connected:
            await self.changed
        return self.connected.pop(0)

    def connect(self) -> StreamEnd:
        """Make a connection and return the caller's end of it."""
        near, far = socket_pair()
        self.connected.append(far)
        self.changed.wake()
        return near


class SocketInode(Inode):
    """The name of a listening socket in a directory."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener


def socket_pair() -> tuple[StreamEnd, StreamEnd]:
    """Make two ends connected in both directions."""
    there, back = Stream(), Stream()
    return StreamEnd(back, there), StreamEnd(there, back)


def pipe_pair() -> tuple[StreamEnd, StreamEnd]:
    """Make a read end and a write end."""
    stream = Stream()
    return StreamEnd(stream, None), StreamEnd(None, stream)
