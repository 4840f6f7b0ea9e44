"""Change the kernel's packet filter by running the program that everybody uses for it."""

from collections.abc import Awaitable
from dataclasses import dataclass

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import exec as os_exec
from tracer.minidocker.twin import twin_of

NAT = ("-t", "nat")
LOCAL = ("-m", "addrtype", "--dst-type", "LOCAL")  # addresses of this host
NOT_LOOPBACK = ("!", "--dst", "127.0.0.0/8")


@dataclass(frozen=True)
class Chain:
    """A chain of table nat for the ports that are published."""

    name: str
    bridge: str = ""

    @twin_of("(*github.com/docker/docker/pkg/iptables.Chain).Forward")
    async def forward(
        self, action: str, ip: str, port: int, protocol: str, inside: tuple[str, int]
    ) -> None:
        """Send what arrives at a port of the host to a container, and let it pass the filter."""
        address, inner = inside
        anywhere = ip == "0.0.0.0"  # noqa: S104  # iptables would take that for one address
        to_port = ("-p", protocol, "-d", "0/0" if anywhere else ip, "--dport", str(port))
        target = ("-j", "DNAT", "--to-destination", f"{address}:{inner}")
        await quiet(*NAT, action, self.name, *to_port, "!", "-i", self.bridge, *target)
        front = "-I" if action == "-A" else action
        to_container = ("-p", protocol, "-d", address, "--dport", str(inner), "-j", "ACCEPT")
        through = ("!", "-i", self.bridge, "-o", self.bridge)
        await quiet(front, "FORWARD", *through, *to_container)

    @twin_of("(*github.com/docker/docker/pkg/iptables.Chain).Prerouting")
    async def prerouting(self, action: str, *matches: str) -> None:
        """Have packets from other hosts come to the chain."""
        await quiet(*NAT, action, "PREROUTING", *matches, "-j", self.name)

    @twin_of("(*github.com/docker/docker/pkg/iptables.Chain).Output")
    async def output(self, action: str, *matches: str) -> None:
        """Have packets of this host come to the chain."""
        await quiet(*NAT, action, "OUTPUT", *matches, "-j", self.name)

    @twin_of("(*github.com/docker/docker/pkg/iptables.Chain).Remove")
    async def remove(self) -> None:
        """Take the chain away with all ways to it; what is not there need not be taken away."""
        ways = (
            (self.prerouting, LOCAL),
            (self.output, (*LOCAL, *NOT_LOOPBACK)),
            (self.output, LOCAL),  # of versions until 0.1.6
            (self.prerouting, ()),
            (self.output, ()),
        )
        for way, matches in ways:
            await _try(way("-D", *matches))
        for option in ("-F", "-X"):
            await _try(raw(*NAT, option, self.name))


@twin_of("github.com/docker/docker/pkg/iptables.NewChain")
async def new_chain(name: str, bridge: str) -> Chain:
    """Make the chain, which packets to addresses of this host come to."""
    await quiet(*NAT, "-N", name)
    chain = Chain(name, bridge)
    await chain.prerouting("-A", *LOCAL)
    await chain.output("-A", *LOCAL, *NOT_LOOPBACK)
    return chain


@twin_of("github.com/docker/docker/pkg/iptables.RemoveExistingChain")
async def remove_existing_chain(name: str) -> None:
    """Take away what an earlier daemon has left: its containers are gone with their addresses."""
    await Chain(name).remove()


@twin_of("github.com/docker/docker/pkg/iptables.Exists")
async def exists(*rule: str) -> bool:
    """Say whether there is such a rule."""
    return await _try(raw("-C", *rule))


@twin_of("github.com/docker/docker/pkg/iptables.Raw")
async def raw(*words: str) -> str:
    """Run the program and return what it prints."""
    program = os_exec.look_path("iptables")
    if not program:
        raise DockerError("Iptables not found")
    status, output = await os_exec.combined_output(program, ["iptables", "--wait", *words])
    if status:
        command = " ".join(words)
        raise DockerError(f"iptables failed: iptables --wait {command}: {output}")
    return output


async def quiet(*words: str) -> None:
    """Change something: what the program prints then is a complaint."""
    output = await raw(*words)
    if output:
        raise DockerError(f"Error iptables: {output}")


async def _try(change: Awaitable[object]) -> bool:
    try:
        await change
    except DockerError:
        return False
    return True
