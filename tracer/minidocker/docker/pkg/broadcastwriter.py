"""The output of a container on its way to the log and to the clients that are attached."""

import json
from dataclasses import dataclass, field
from typing import Protocol

from tracer.minidocker.golib import time
from tracer.minidocker.golib.pipe import ClosedPipeError
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


class WriteCloser(Protocol):
    """Whoever takes output, until it is told that there will be no more."""

    def write(self, data: bytes) -> object:
        """Take a piece."""

    def close(self) -> None:
        """Know that it was the last."""


@dataclass
class BroadcastWriter:
    """One writer that is many: each piece of output goes to everyone who listens.

    Under the empty name it goes as it is; under any other, line by line as JSON records.
    """

    streams: dict[str, list[WriteCloser]] = field(default_factory=dict)
    half_line: bytes = b""

    @twin_of("(*github.com/docker/docker/pkg/broadcastwriter.BroadcastWriter).AddWriter")
    def add_writer(self, writer: WriteCloser, stream: str) -> None:
        """Send what comes from now on there too."""
        self.streams.setdefault(stream, []).append(writer)

    @twin_of("(*github.com/docker/docker/pkg/broadcastwriter.BroadcastWriter).Write")
    def write(self, data: bytes) -> None:
        """Send to all: as it is, and once a line is whole, as a record."""
        self._send("", data)
        *lines, self.half_line = (self.half_line + data).split(b"\n")
        for line in lines:
            text = line.decode("utf-8", "replace") + "\n"
            for stream in [each for each in self.streams if each]:
                record = {"log": text, "stream": stream, "time": time.written(time.now())}
                self._send(stream, f"{json.dumps(record)}\n".encode())

    @twin_of("(*github.com/docker/docker/pkg/broadcastwriter.BroadcastWriter).Clean")
    def clean(self) -> None:
        """Tell all listeners that nothing more will come, and forget them."""
        for writer in [each for writers in self.streams.values() for each in writers]:
            writer.close()
        self.streams.clear()

    def describe(self) -> dict[str, int]:
        """Count who listens."""
        return {stream or "raw": len(writers) for stream, writers in self.streams.items()}

    def _send(self, stream: str, data: bytes) -> None:
        """Send, and forget those who have gone away: they must not hurt the container."""
        writers = self.streams.get(stream, [])
        for writer in list(writers):
            try:
                writer.write(data)
            except (ClosedPipeError, KernelError):
                writers.remove(writer)


@twin_of(
    "github.com/docker/docker/pkg/broadcastwriter.New", passes="It makes a value without readers."
)
def new_broadcast_writer() -> BroadcastWriter:
    """Make one that nobody listens to yet."""
    return BroadcastWriter()
