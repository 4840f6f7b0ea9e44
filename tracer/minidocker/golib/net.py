"""Listen, dial and look a name up in one call each, as Go's net does."""

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
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


async def resolve(host: str) -> str:
    """Find the address of a name in /etc/hosts; there is no other directory of names here."""
    try:
        lines = (await ioutil.read_file("/etc/hosts")).splitlines()
    except KernelError:
        return host
    known = {name: line.split()[0] for line in lines for name in line.split()[1:]}
    return known.get(host, host)


def _family(address: Address) -> str:
    return "unix" if isinstance(address, str) else "inet"
