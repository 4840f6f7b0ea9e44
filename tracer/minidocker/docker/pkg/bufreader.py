"""A pipe's other end that never lets the writer wait: a container must not hang on its output."""

from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.pipe import Pipe
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

IN_MEMORY = "It only moves bytes within the daemon's memory."


class BufReader:
    """Keeps what a pipe has brought, until somebody reads it."""

    def __init__(self, pipe: Pipe) -> None:
        self.pipe = pipe
        self.kept = b""
        self.ended = False
        self.changed = Wait()

    @twin_of("(*github.com/docker/docker/utils.bufReader).drain", passes=IN_MEMORY)
    async def drain(self) -> None:
        """Take all that comes at once, however slow the reader is."""
        while data := await self.pipe.read():
            self.kept += data
            self.changed.wake()
        self.ended = True
        self.changed.wake()

    async def read(self) -> bytes:
        """Take what is kept; nothing means the end."""
        while not self.kept and not self.ended:
            await self.changed
        data, self.kept = self.kept, b""
        return data

    def close(self) -> None:
        """Give up reading."""
        self.pipe.abandon()


@twin_of("github.com/docker/docker/utils.NewBufReader", passes=IN_MEMORY)
def new_buf_reader(pipe: Pipe) -> BufReader:
    """Begin to drain a pipe."""
    reader = BufReader(pipe)
    goroutine.start(reader.drain())
    return reader
