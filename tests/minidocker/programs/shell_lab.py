"""A machine with the programs in /bin and nothing else, and scripts to run on it."""

from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Directory, File
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.programs import HOST_PROGRAMS


@dataclass(frozen=True)
class Ran:
    """What came of a script; output and errors share the console."""

    output: str
    status: int | None  # None: it sleeps for ever
    kernel: Kernel


def machine() -> Kernel:
    """Boot a machine: /proc is mounted, the loopback is up."""
    root = Directory()
    for name in ("bin", "etc", "proc", "tmp"):
        root.insert(name, Directory())
    programs = root.entries["bin"]
    assert isinstance(programs, Directory)
    kernel = Kernel(root)
    for name, main in HOST_PROGRAMS.items():
        file = File(f"\x7fELF {name}".encode())
        file.mode = 0o755
        programs.insert(name, file)
        kernel.install(f"\x7fELF {name}".encode(), main)

    async def boot() -> None:
        syscall.mount("proc", "/proc", "proc")
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        syscall.exit_group(0)

    kernel.start(boot)
    kernel.first.start_thread(reap())
    kernel.run()
    return kernel


async def reap() -> None:
    await syscall.wait4(-1)


def run(script: str, kernel: Kernel | None = None, *arguments: str) -> Ran:
    """Run a script as `sh -c` on a new machine, or on one that is there."""
    kernel = kernel or machine()
    before = len(kernel.console.content)

    async def entry() -> None:
        syscall.execve("/bin/sh", ["sh", "-c", script, "sh", *arguments], {"HOME": "/tmp"})

    process = kernel.start(entry)
    kernel.run()
    return Ran(kernel.console.content[before:].decode(), process.status, kernel)


def output(script: str) -> str:
    return run(script).output


def status(script: str) -> int | None:
    return run(script).status
