"""Lay the cable: half on the host, half inside, as each side sees only its own interfaces."""

from abc import ABC, abstractmethod

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.libcontainer import interfaces, system
from tracer.minidocker.libcontainer.config import Network
from tracer.minidocker.twin import twin_of

INSIDE = "eth0"


class Strategy(ABC):
    """One kind of interface."""

    @abstractmethod
    def create(self, network: Network, pid: int, state: dict[str, str]) -> None:
        """Do the host's half, for the process `pid`."""

    @abstractmethod
    def initialize(self, network: Network, state: dict[str, str]) -> None:
        """Do the other half, inside."""


class Loopback(Strategy):
    """The interface that only leads back."""

    @twin_of(
        "(*github.com/docker/libcontainer/network.Loopback).Create",
        passes="Each namespace is born with this interface.",
    )
    def create(self, network: Network, pid: int, state: dict[str, str]) -> None:
        """Make nothing."""

    @twin_of("(*github.com/docker/libcontainer/network.Loopback).Initialize")
    def initialize(self, network: Network, state: dict[str, str]) -> None:
        """Switch it on; the kernel gives it 127.0.0.1."""
        del network, state
        interfaces.interface_up("lo")


class Veth(Strategy):
    """A cable with two ends."""

    @twin_of("(*github.com/docker/libcontainer/network.Veth).Create")
    def create(self, network: Network, pid: int, state: dict[str, str]) -> None:
        """Plug one end into the bridge and push the other to the child."""
        host_end, child_end = _create_veth_pair(network.prefix)
        interfaces.set_interface_master(host_end, network.bridge)
        interfaces.set_mtu(host_end, network.mtu)
        interfaces.interface_up(host_end)
        interfaces.set_interface_in_namespace_pid(child_end, pid)
        state.update(veth_host=host_end, veth_child=child_end)

    @twin_of("(*github.com/docker/libcontainer/network.Veth).Initialize")
    def initialize(self, network: Network, state: dict[str, str]) -> None:
        """Make the end that has arrived the container's eth0."""
        child_end = state.get("veth_child")
        if not child_end:
            raise DockerError("vethChild is not specified")  # the host's half was not done
        interfaces.interface_down(child_end)
        interfaces.change_interface_name(child_end, INSIDE)
        interfaces.set_interface_ip(INSIDE, network.address)
        interfaces.set_mtu(INSIDE, network.mtu)
        interfaces.interface_up(INSIDE)
        if network.gateway:
            interfaces.set_default_gateway(network.gateway, INSIDE)


class NetNS(Strategy):
    """The network of a process that runs already: nothing is made, it is joined."""

    @twin_of(
        "(*github.com/docker/libcontainer/network.NetNS).Create",
        passes="It passes a path on to the child.",
    )
    def create(self, network: Network, pid: int, state: dict[str, str]) -> None:
        """Tell the child where the other network is."""
        del pid
        state["ns_path"] = network.ns_path

    @twin_of("(*github.com/docker/libcontainer/network.NetNS).Initialize")
    def initialize(self, network: Network, state: dict[str, str]) -> None:
        """Leave the network that this process was born in for the other one."""
        del network
        system.setns(state["ns_path"], Clone.CLONE_NEWNET)


STRATEGIES: dict[str, Strategy] = {"loopback": Loopback(), "netns": NetNS(), "veth": Veth()}


@twin_of("github.com/docker/libcontainer/network.GetStrategy", passes="It looks a word up.")
def get_strategy(kind: str) -> Strategy:
    """Look the strategy up by the word in the description."""
    if kind not in STRATEGIES:
        raise DockerError(f"no such kind of network: {kind}")
    return STRATEGIES[kind]


@twin_of("github.com/docker/libcontainer/network.createVethPair")
def _create_veth_pair(prefix: str) -> tuple[str, str]:
    """Make the cable under two names that nobody has."""
    host_end, child_end = (_generate_random_name(prefix) for _ in range(2))
    interfaces.create_veth_pair(host_end, child_end)
    return host_end, child_end


@twin_of("github.com/docker/libcontainer/utils.GenerateRandomName")
def _generate_random_name(prefix: str) -> str:
    """Make a name up that is short enough for an interface."""
    return f"{prefix}{syscall.getrandom(2).hex()}"
