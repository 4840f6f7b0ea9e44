"""Name servers: /etc/resolv.conf of the host, and what a container gets for it."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/pkg/networkfs/resolvconf.Get")
async def get() -> str:
    """Read the host's file."""
    return await ioutil.read_file("/etc/resolv.conf")


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


def search_domains(text: str) -> list[str]:
    """List the domains in which names are searched."""
    found = re.findall("^search[ \\t]+(.*)$", text, re.MULTILINE)
    return found[-1].split() if found else []


@twin_of("github.com/docker/docker/pkg/networkfs/resolvconf.Build")
def build(path: str, servers: list[str], domains: list[str]) -> None:
    """Write a file of that kind; a dot alone means no domain."""
    lines = [f"nameserver {each}" for each in servers]
    if domains and domains != ["."]:
        lines.append(" ".join(["search", *domains]))
    ioutil.write_file(path, "".join(f"{line}\n" for line in lines))
