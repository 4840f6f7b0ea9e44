"""Start another program and wait for it, as Go's os/exec does."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.processes import running_process

Write = Callable[[bytes], object]


@dataclass
class Cmd:
    """A program to run, and once started the process that runs it."""

    path: str
    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)
    directory: str = "/"
    flags: Clone = field(default_factory=lambda: Clone(0))
    extra_file: int | None = None  # becomes descriptor 3 of the child
    death_signal: int = 0  # what it gets when its parent ends
    stdout: Write | None = None  # called with what the child writes
    stderr: Write | None = None
    pid: int = 0
    copies: list[goroutine.Result] = field(default_factory=list)

    async def start(self) -> None:
        """Fork and exec; output is copied by goroutines until end of file."""
        pipes = [(write, *syscall.pipe()) for write in (self.stdout, self.stderr) if write]
        self.pid = await syscall.clone(
            self.flags, lambda: self._become([end for _, _, end in pipes])
        )
        for write, reader, writer in pipes:
            syscall.close(writer)
            self.copies.append(_copy(reader, write))

    async def wait(self) -> int:
        """Wait until the process has ended and its output is copied; return its exit status."""
        _, status = await syscall.wait4(self.pid)
        for copy in self.copies:
            await copy.arrived
        return status

    async def _become(self, outputs: list[int]) -> None:
        if self.death_signal:
            syscall.prctl("PR_SET_PDEATHSIG", self.death_signal)
        for number, output in enumerate(outputs, start=1):
            syscall.dup2(output, number)
        if self.extra_file is not None:
            syscall.dup2(self.extra_file, 3)
        syscall.chdir(self.directory)
        syscall.execve(self.path, self.argv, self.env)


def _copy(reader: int, write: Write) -> goroutine.Result:
    result = goroutine.Result()

    async def copy() -> None:
        while data := await syscall.read(reader):
            write(data)
        syscall.close(reader)
        result.arrived.close()

    goroutine.start(copy())
    return result


def look_path(name: str, path: str | None = None) -> str:
    """Find a program in a PATH, that of the running process unless another is given.

    A name with a slash is a place itself. Empty if nobody could run what is there.
    """
    if path is None:
        path = running_process().env.get("PATH", "")
    places = [name] if "/" in name else [f"{each or '.'}/{name}" for each in path.split(":")]
    return next((each for each in places if _is_program(each)), "")


def _is_program(path: str) -> bool:
    try:
        found = syscall.stat(path)
    except KernelError:
        return False
    return found.kind != "directory" and bool(found.mode & 0o111)


async def combined_output(path: str, argv: list[str]) -> tuple[int, str]:
    """Run a program to its end; return its exit status and all that it printed."""
    printed: list[bytes] = []
    command = Cmd(path, argv, stdout=printed.append, stderr=printed.append)
    await command.start()
    status = await command.wait()
    return status, b"".join(printed).decode("utf-8", "replace").strip()
