"""Start another program and wait for it, as Go's os/exec does."""

from dataclasses import dataclass, field

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.environ import environ
from tracer.minidocker.golib.pipe import Read, Write
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.namespaces import Clone

NULL = "/dev/null"
KILLED = -1  # the exit code that Go gives a process that a signal has ended


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
    stdin: Read | None = None  # gives what the child reads; without it, that is /dev/null
    stdout: Write | None = None  # called with what the child writes; without it, to /dev/null
    stderr: Write | None = None
    pid: int = 0
    copies: list[goroutine.Result] = field(default_factory=list)

    async def start(self) -> None:
        """Fork and exec; goroutines copy what it reads and writes, until end of file."""
        ends: dict[int, int] = {}  # of the child's three standard files
        feed = self._open_input(ends)
        readers = [self._open_output(ends, each) for each in (1, 2)]
        self.pid = await syscall.clone(self.flags, lambda: self._become(ends))
        for end in ends.values():
            syscall.close(end)
        for reader, write in zip(readers, (self.stdout, self.stderr), strict=True):
            if write:
                self.copies.append(_copy(reader, write))
        if self.stdin:
            goroutine.start(_feed(self.stdin, feed))

    async def wait(self) -> int:
        """Wait until the process has ended and its output is copied; return its exit status."""
        _, status = await syscall.wait4(self.pid)
        for copy in self.copies:
            await copy.arrived
        return status

    def _open_input(self, ends: dict[int, int]) -> int:
        """Give the child something to read, and return where to write it."""
        ends[0], feed = syscall.pipe() if self.stdin else (syscall.open_(NULL), -1)
        return feed

    def _open_output(self, ends: dict[int, int], number: int) -> int:
        """Give the child something to write to, and return where to read it."""
        wanted = self.stdout if number == 1 else self.stderr
        reader, ends[number] = (
            syscall.pipe() if wanted else (-1, syscall.open_(NULL, Open.O_WRONLY))
        )
        return reader

    async def _become(self, ends: dict[int, int]) -> None:
        if self.death_signal:
            syscall.prctl("PR_SET_PDEATHSIG", self.death_signal)
        for number, end in ends.items():
            syscall.dup2(end, number)
        if self.extra_file is not None:
            syscall.dup2(self.extra_file, 3)
        syscall.chdir(self.directory)
        syscall.execve(self.path, self.argv, self.env)


async def _feed(read: Read, writer: int) -> None:
    try:
        while data := await read():
            syscall.write(writer, data)
    except KernelError:  # it reads no more
        pass
    syscall.close(writer)


def _copy(reader: int, write: Write) -> goroutine.Result:
    result = goroutine.Result()

    async def copy() -> None:
        while data := await syscall.read(reader):
            write(data)
        syscall.close(reader)
        result.end()

    goroutine.start(copy())
    return result


def exit_code(status: int) -> int:
    """Turn a status of the kernel, minus the number of a signal, into what Go makes of it."""
    return max(status, KILLED)


def look_path(name: str, path: str | None = None) -> str:
    """Find a program in a PATH, that of the running process unless another is given.

    A name with a slash is a place itself. Empty if nobody could run what is there.
    """
    if path is None:
        path = environ().get("PATH", "")
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
