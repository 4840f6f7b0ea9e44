"""Two processes wait: the child for its cgroups and network, the parent for the child's execve."""

import json
from contextlib import suppress
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib.pipe import read_all
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


class SyncPipe:
    """A pair of connected sockets; each process has one end."""

    def __init__(self, parent: int | None, child: int) -> None:
        self.parent, self.child = parent, child

    @property
    def parent_end(self) -> int:
        """The end in the parent, which the child does not have."""
        if self.parent is None:
            raise DockerError("this is the child")
        return self.parent

    @twin_of("(*github.com/docker/libcontainer/syncpipe.SyncPipe).CloseChild")
    def close_child(self) -> None:
        """Drop the parent's copy of the child's end, or end of file would never come."""
        syscall.close(self.child)

    @twin_of("(*github.com/docker/libcontainer/syncpipe.SyncPipe).SendToChild")
    def send_to_child(self, state: dict[str, str]) -> None:
        """Send the names of the interfaces and end of file: the child may go on."""
        syscall.write(self.parent_end, json.dumps(state).encode())
        syscall.shutdown(self.parent_end)

    @twin_of("(*github.com/docker/libcontainer/syncpipe.SyncPipe).ReadFromParent")
    async def read_from_parent(self) -> dict[str, str]:
        """Wait until the parent has done its part outside."""
        state: dict[str, str] = json.loads(
            await read_all(partial(syscall.read, self.child)) or b"{}"
        )
        return state

    @twin_of("(*github.com/docker/libcontainer/syncpipe.SyncPipe).ReadFromChild")
    async def read_from_child(self) -> None:
        """Wait for end of file: without a word before, the user's program runs."""
        message = await read_all(partial(syscall.read, self.parent_end))
        if message:
            raise DockerError(message.decode())

    @twin_of("(*github.com/docker/libcontainer/syncpipe.SyncPipe).Close")
    def close(self) -> None:
        """Close the end that is left."""
        syscall.close(self.parent_end)

    @twin_of("(*github.com/docker/libcontainer/syncpipe.SyncPipe).ReportChildError")
    def report_child_error(self, error: Exception) -> None:
        """Tell the parent why there will be no program."""
        with suppress(KernelError):  # the parent may have given up
            syscall.write(self.child, str(error).encode())
        self.close_child()


@twin_of("github.com/docker/libcontainer/syncpipe.NewSyncPipe")
def new_sync_pipe() -> SyncPipe:
    """Make both ends, close-on-exec."""
    parent, child = syscall.socketpair()
    return SyncPipe(parent, child)


@twin_of(
    "github.com/docker/libcontainer/syncpipe.NewSyncPipeFromFd",
    passes="The file is open already; it only gets its number back.",
)
def new_sync_pipe_from_fd(child: int) -> SyncPipe:
    """Find the child's end again by its number: nothing else survived the execve."""
    return SyncPipe(None, child)
