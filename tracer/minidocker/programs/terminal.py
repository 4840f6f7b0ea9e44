"""What every program does with its output."""

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError


def say(*lines: str) -> None:
    """Write lines to standard output."""
    for line in lines:
        syscall.write(1, f"{line}\n".encode())


def complain(program: str, *words: object) -> int:
    """Write one line to standard error, and return the exit status for it."""
    syscall.write(2, f"{': '.join(map(str, (program, *words)))}\n".encode())
    return 1


async def read_all(number: int) -> bytes:
    """Read a descriptor to its end; one that cannot be read is empty."""
    data = b""
    try:
        while more := await syscall.read(number):
            data += more
    except KernelError:
        return data
    return data
