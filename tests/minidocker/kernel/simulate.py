"""Run programs on a simulated kernel, as children of a first process that reaps."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.namespaces import Clone

Body = Callable[[], Awaitable[None]]
NOTHING = Clone(0)
PROGRAM = b"\x7fELF pause"


def run(program: Body) -> Kernel:
    """Run one program as process 2 until everybody sleeps; it must come to its end."""
    kernel = Kernel(Directory())
    kernel.install(PROGRAM, _pause)

    async def entry() -> None:
        await program()
        syscall.exit_group(0)

    first = kernel.start(entry)
    kernel.first.start_thread(_reap())
    kernel.run()
    kernel.switch_off()

    assert first.status == 0
    return kernel


def refusal(call: Callable[..., object], *arguments: Any) -> str:
    """Name the error with which a call is refused."""
    with pytest.raises(KernelError) as caught:
        call(*arguments)
    return caught.value.name


async def refusal_of(pending: Awaitable[object]) -> str:
    """Name the error with which a call that may sleep is refused."""
    with pytest.raises(KernelError) as caught:
        await pending
    return caught.value.name


async def spawn(body: Body, flags: Clone = NOTHING) -> int:
    """Start a child that exits with 0 after its body."""

    async def entry() -> None:
        await body()
        syscall.exit_group(0)

    return await syscall.clone(flags, entry)


async def inside(body: Body, flags: Clone = NOTHING) -> int:
    """Run a body in a child and return the child's status."""
    return (await syscall.wait4(await spawn(body, flags)))[1]


async def forever() -> None:
    """Sleep until somebody kills this process."""
    reader, _ = syscall.pipe()
    await syscall.read(reader)


def mount(kind: str, point: str, options: str = "") -> None:
    """Mount on a new directory."""
    ioutil.make_directories(point)
    syscall.mount(kind, point, kind, options=options)


def write(path: str, text: object) -> None:
    """Write to a file that the kernel makes."""
    ioutil.write_file(path, str(text), create=False)


async def read(path: str) -> str:
    """Read a file without the newline at its end."""
    return (await ioutil.read_file(path)).removesuffix("\n")


async def field(pid: int | str, name: str) -> str:
    """Read one line of /proc/PID/status."""
    lines = (await read(f"/proc/{pid}/status")).splitlines()
    return next(line.partition("\t")[2] for line in lines if line.startswith(f"{name}:"))


async def _reap() -> None:
    while True:
        try:
            await syscall.wait4(-1)
        except KernelError:  # nobody is left
            return


async def _pause(argv: list[str], env: dict[str, str]) -> int:
    await forever()
    return 0
