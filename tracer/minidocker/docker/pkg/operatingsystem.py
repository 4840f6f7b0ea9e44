"""Which distribution the host has."""

from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError


async def get_operating_system() -> str:
    """Read its name from /etc/os-release, where there is one."""
    try:
        lines = (await ioutil.read_file("/etc/os-release")).splitlines()
    except KernelError:
        return "<unknown>"
    named = [each.partition("=")[2] for each in lines if each.startswith("PRETTY_NAME=")]
    return named[0].strip('"') if named else "<unknown>"
