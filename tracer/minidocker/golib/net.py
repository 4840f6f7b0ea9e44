"""Listen and dial in one call each, as Go's net does: by a path, or by a host and a port."""

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.sockets import Address


def listen(address: Address) -> int:
    """Make a socket that others can dial, and return its descriptor."""
    number = syscall.socket(_family(address))
    try:
        syscall.bind(number, address)
        syscall.listen(number)
    except KernelError:
        syscall.close(number)
        raise
    return number


async def dial(address: Address) -> int:
    """Connect to whoever listens at an address, and return the connection's descriptor."""
    number = syscall.socket(_family(address))
    try:
        await syscall.connect(number, address)
    except KernelError:
        syscall.close(number)
        raise
    return number


def _family(address: Address) -> str:
    return "unix" if isinstance(address, str) else "inet"
