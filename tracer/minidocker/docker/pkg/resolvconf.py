"""The host's name servers: /etc/resolv.conf."""

from ipaddress import AddressValueError, IPv4Address, IPv4Network

from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/pkg/networkfs/resolvconf.Get")
async def get() -> str:
    """Read the file; a host without one has no name servers."""
    try:
        return await ioutil.read_file("/etc/resolv.conf")
    except KernelError:
        return ""


def nameservers(text: str) -> list[IPv4Network]:
    """List the name servers as networks of one address."""
    found: list[IPv4Network] = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["nameserver"] and words[1:]:
            try:
                found.append(IPv4Network(IPv4Address(words[1])))
            except AddressValueError:
                continue
    return found
