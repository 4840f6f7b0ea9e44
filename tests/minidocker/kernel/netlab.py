"""Hosts and cables to try the network with, by values and by system calls."""

from collections.abc import Awaitable, Callable

import pytest

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.netfilter import Match, Packet, Rule, merged
from tracer.minidocker.kernel.network import NetworkNamespace


def run(program: Callable[[], Awaitable[None]]) -> Kernel:
    """Run one program as a child of the first process; it must come to its end."""
    kernel = Kernel(Directory())

    async def entry() -> None:
        await program()
        syscall.exit_group(0)

    process = kernel.start(entry)
    kernel.run()
    assert process.status == 0
    return kernel


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(KernelError) as caught:
        call()
    return caught.value.name


async def refusal_of(pending: Awaitable[object]) -> str:
    with pytest.raises(KernelError) as caught:
        await pending
    return caught.value.name


def host(number: int = 1) -> NetworkNamespace:
    """Make a namespace whose loopback interface is up."""
    net = NetworkNamespace.create(number)
    net.set_up("lo", up=True)
    return net


def lay_cable(here: NetworkNamespace, name: str, there: NetworkNamespace, other_name: str) -> None:
    """Connect two namespaces; the ends are down and bare."""
    here.create_link(name, "veth", "far")
    here.move("far", there)
    there.rename("far", other_name)


def give(net: NetworkNamespace, name: str, address: str) -> None:
    """Switch an interface on, with an address."""
    net.add_address(name, address)
    net.set_up(name, up=True)


def pair() -> tuple[NetworkNamespace, NetworkNamespace]:
    """Make two hosts with a cable: 10.0.0.1 and 10.0.0.2."""
    one, two = host(1), host(2)
    lay_cable(one, "eth0", two, "eth0")
    give(one, "eth0", "10.0.0.1/24")
    give(two, "eth0", "10.0.0.2/24")
    return one, two


def bridged() -> tuple[NetworkNamespace, NetworkNamespace, NetworkNamespace, NetworkNamespace]:
    """Make a router with a bridge to two hosts inside, and a host outside that knows no way in.

    outside 10.0.2.2 = 10.0.2.15 router 172.17.42.1 = br0 = 172.17.0.2 one, 172.17.0.3 two.
    """
    router, one, two, outside = (host(number) for number in (1, 2, 3, 4))
    router.create_link("br0", "bridge", "")
    give(router, "br0", "172.17.42.1/16")
    for net, name, address in ((one, "veth1", "172.17.0.2/16"), (two, "veth2", "172.17.0.3/16")):
        lay_cable(router, name, net, "eth0")
        router.set_master(name, "br0")
        router.set_up(name, up=True)
        give(net, "eth0", address)
        net.add_route("default", "eth0", "172.17.42.1")
    lay_cable(router, "eth0", outside, "eth0")
    give(router, "eth0", "10.0.2.15/24")
    give(outside, "eth0", "10.0.2.2/24")
    router.add_route("default", "eth0", "10.0.2.2")
    router.settings["ipv4/ip_forward"] = "1"
    return router, one, two, outside


def tcp(source: str, destination: str, dport: int = 80, sport: int = 40000) -> Packet:
    return Packet("tcp", source, sport, destination, dport)


def rule(target: str, argument: str = "", **fields: str) -> Rule:
    """Make a rule; a value that begins with ! is inverted, `_` stands for - or a final nothing."""
    matches = (
        Match(name.rstrip("_").replace("_", "-"), value.removeprefix("!"), value[:1] == "!")
        for name, value in fields.items()
    )
    return Rule(tuple(matches), target, argument)


def append(net: NetworkNamespace, table: str, chain: str, *rules: Rule) -> None:
    """Put rules at the end of a chain."""
    old = net.tables[table]
    net.tables[table] = merged(old, chain, (*old[chain].rules, *rules))
