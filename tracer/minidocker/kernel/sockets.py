"""Byte streams between processes: pipes, socket pairs, and sockets that are connected by address.

A stream has one reader and one writer. The reader sees end of file when the last descriptor of
the writer is closed. The address of a unix socket is a path; `inet` has those with a port.

Not modelled: datagrams, a limit to the queue of connections or to the bytes on their way.
"""

import errno

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Inode, OpenFile
from tracer.minidocker.kernel.scheduler import Wait

Address = str | tuple[str, int]


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
    """An end of a pipe (one stream) or of a connection (two)."""

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

    def release(self) -> None:
        """End both directions: the reader sees end of file, the writer EPIPE."""
        for stream in (self.incoming, self.outgoing):
            if stream:
                stream.end()


class Socket(StreamEnd):
    """A unix socket: new, bound, listening or connected."""

    SILENT_READ, SILENT_WRITE = errno.EINVAL, errno.ENOTCONN  # refusals when not connected

    def __init__(self) -> None:
        super().__init__(None, None)
        self.address: Address | None = None
        self.queue: list[Socket] | None = None  # connections to accept; None: it does not listen
        self.arrived = Wait()

    @property
    def connected(self) -> bool:
        """Say whether there is another end, or was one."""
        return self.incoming is not None

    @property
    def listening(self) -> bool:
        """Say whether others can connect."""
        return self.queue is not None

    async def read(self) -> bytes:
        """Read what the other end has written."""
        if not self.connected:
            raise KernelError(self.SILENT_READ)
        return await super().read()

    def write(self, data: bytes) -> int:
        """Write to the other end."""
        if not self.connected:
            raise KernelError(self.SILENT_WRITE)
        return super().write(data)

    def shut_write(self) -> None:
        """Send end of file and keep reading (SHUT_WR)."""
        if self.outgoing:
            self.outgoing.end()

    def listen(self) -> None:
        """Let others connect to the address."""
        if self.connected or self.address is None:
            raise KernelError(errno.EINVAL)
        self.queue = self.queue or []

    async def accept(self) -> "Socket":
        """Sleep until somebody connects."""
        if self.queue is None:
            raise KernelError(errno.EINVAL)
        while not self.queue:
            await self.arrived
        return self.queue.pop(0)

    def join(self, listener: "Socket", far: "Socket") -> None:
        """Connect to a listening socket; `far` is the end that it will accept."""
        assert listener.queue is not None  # whoever calls has looked
        near_end, far_end = stream_pair()
        self.incoming, self.outgoing = near_end.incoming, near_end.outgoing
        far.incoming, far.outgoing = far_end.incoming, far_end.outgoing
        far.address = listener.address
        listener.queue.append(far)
        listener.arrived.wake()

    def release(self) -> None:
        """Close: connections that nobody has accepted end too."""
        super().release()
        for each in self.queue or ():
            each.release()
        self.queue = None


class SocketInode(Inode):
    """The name of a unix socket in a directory; it stays when the socket is closed."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket


def socket_pair() -> tuple[Socket, Socket]:
    """Make two unix sockets connected in both directions."""
    near, far = Socket(), Socket()
    near_end, far_end = stream_pair()
    near.incoming, near.outgoing = near_end.incoming, near_end.outgoing
    far.incoming, far.outgoing = far_end.incoming, far_end.outgoing
    return near, far


def stream_pair() -> tuple[StreamEnd, StreamEnd]:
    """Make two streams and their ends."""
    there, back = Stream(), Stream()
    return StreamEnd(back, there), StreamEnd(there, back)


def pipe_pair() -> tuple[StreamEnd, StreamEnd]:
    """Make a read end and a write end."""
    stream = Stream()
    return StreamEnd(stream, None), StreamEnd(None, stream)
