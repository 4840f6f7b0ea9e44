"""Which addresses of a network are taken."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


@dataclass
class AllocatedMap:
    """What is taken of one network, as places in it, and the place given last."""

    taken: set[int] = field(default_factory=set)
    last: int = 0

    @twin_of("(*github.com/docker/docker/daemon/networkdriver/ipallocator.allocatedMap).getNextIP")
    def get_next_ip(self, bridge: IPv4Interface) -> IPv4Address:
        """Take the next address after the last one, round and round.

        So one that was given back is not given again at once. The first of a network is never
        given: many gateways have it.
        """
        network = bridge.network
        places = network.num_addresses - 2  # neither the network itself nor the broadcast
        place = self.last
        for _ in range(places):
            place = place % places + 1
            address = network.network_address + place
            if address == bridge.ip or place == 1 or place in self.taken:
                continue
            self.taken.add(place)
            self.last = place
            return address
        raise DockerError("no available ip addresses on network")


class Allocator:
    """The networks, and what is taken of each."""

    def __init__(self) -> None:
        self.networks: dict[IPv4Network, AllocatedMap] = {}

    def describe(self) -> dict[str, list[str]]:
        """List the addresses that are taken."""
        return {
            str(network): [str(network.network_address + each) for each in sorted(allocated.taken)]
            for network, allocated in self.networks.items()
        }

    @twin_of("github.com/docker/docker/daemon/networkdriver/ipallocator.RequestIP")
    def request_ip(self, bridge: IPv4Interface) -> IPv4Address:
        """Take any address: Docker 1.2.0 could ask for a certain one, but nobody does."""
        allocated = self.networks.setdefault(bridge.network, AllocatedMap())
        return allocated.get_next_ip(bridge)

    @twin_of("github.com/docker/docker/daemon/networkdriver/ipallocator.ReleaseIP")
    def release_ip(self, bridge: IPv4Interface, address: IPv4Address) -> None:
        """Give an address back."""
        allocated = self.networks.get(bridge.network)
        if allocated is not None:
            allocated.taken.discard(_position(bridge.network, address))


def _position(network: IPv4Network, address: IPv4Address) -> int:
    return int(address) - int(network.network_address)
