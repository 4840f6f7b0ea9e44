"""A reader that tells how far it has got."""

from collections.abc import Callable
from dataclasses import dataclass

from tracer.minidocker.docker.pkg.streamformatter import format_progress
from tracer.minidocker.golib.pipe import Reader
from tracer.minidocker.twin import twin_of


@dataclass
class ProgressReader:
    """Another reader, counted."""

    reader: Reader
    size: int
    out: Callable[[bytes], object]
    id: str
    action: str
    done: int = 0

    async def read(self) -> bytes:
        """Return the next piece, and report."""
        piece = await self.reader.read()
        self.done += len(piece)
        if piece:
            self.out(format_progress(self.id, self.action, self.done, self.size))
        return piece


@twin_of(
    "github.com/docker/docker/utils.ProgressReader",
    passes="It wraps a reader; only reading does something.",
)
def progress_reader(
    reader: Reader, size: int, out: Callable[[bytes], object], id_: str, action: str
) -> ProgressReader:
    """Let whoever reads drive the progress bar, without knowing."""
    return ProgressReader(reader, size, out, id_, action)
