"""Two streams over one connection: before each piece, eight bytes say which stream and how long."""

import struct

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib.pipe import Read, Write
from tracer.minidocker.twin import twin_of

HEADER = struct.Struct(">BxxxL")
STDOUT, STDERR = 1, 2


class StdWriter:
    """Writes one of the streams."""

    def __init__(self, write: Write, stream: int) -> None:
        self.send, self.stream = write, stream

    @twin_of("(*github.com/docker/docker/utils.StdWriter).Write")
    def write(self, data: bytes) -> None:
        """Send header and piece in one go, so that nothing comes between them."""
        self.send(HEADER.pack(self.stream, len(data)) + data)


@twin_of(
    "github.com/docker/docker/utils.NewStdWriter",
    passes="It makes a value that remembers stream and connection.",
)
def new_std_writer(write: Write, stream: int) -> StdWriter:
    """Make a writer for one of the streams of a connection."""
    return StdWriter(write, stream)


@twin_of("github.com/docker/docker/utils.StdCopy")
async def std_copy(stdout: Write, stderr: Write, read: Read) -> None:
    """Take the pieces apart again, until the connection ends; a broken last one is dropped."""
    targets = {0: stdout, STDOUT: stdout, STDERR: stderr}
    data = b""
    while more := await read():
        data += more
        while len(data) >= HEADER.size:
            stream, length = HEADER.unpack_from(data)
            if stream not in targets:
                raise DockerError("Unrecognized input header")
            if len(data) < HEADER.size + length:
                break
            targets[stream](data[HEADER.size : HEADER.size + length])
            data = data[HEADER.size + length :]
