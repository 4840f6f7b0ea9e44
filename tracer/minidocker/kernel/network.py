"""Interfaces, addresses and routes, for each network namespace; bridges, and pairs as a cable.

The refusals are those of rtnetlink(7). An address brings a route to its network while the interface
is up; an interface that goes down loses its routes and keeps its addresses; one that is pushed into
another namespace arrives down and bare. A bridge and the loopback interface cannot be moved.

As in 2014 (until Linux 6.2) an interface that is up cannot be renamed.
Not modelled: metrics, other routing tables than main, IPv6, link-layer addresses.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import count
from typing import TypeVar

from tracer.minidocker.kernel import netfilter
from tracer.minidocker.kernel.conntrack import Flow
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.sockets import Socket

ANYWHERE = IPv4Network("0.0.0.0/0")
KINDS = ("bridge", "dummy", "veth")
LONGEST_NAME = 15
LEAST_MTU, MOST_MTU = 68, 65535
SETTINGS = {  # files below /proc/sys/net
    "bridge/bridge-nf-call-iptables": "1",
    "ipv4/conf/all/route_localnet": "0",
    "ipv4/ip_forward": "0",
}
Parsed = TypeVar("Parsed", IPv4Interface, IPv4Network)
PORTS = 32768  # the first port that is given to whoever does not ask for one


@dataclass(eq=False)
class Interface:
    """One network interface."""

    name: str
    kind: str  # loopback, bridge, veth or dummy
    home: "NetworkNamespace"  # where it is now
    index: int = 0
    mtu: int = 1500
    up: bool = False
    addresses: list[IPv4Interface] = field(default_factory=list)
    master: "Interface | None" = None  # the bridge it is plugged into
    peer: "Interface | None" = None  # the other end of the cable

    @property
    def state(self) -> str:
        """Say whether it could carry a frame: up, down, lowerlayerdown or unknown."""
        if not self.up:
            return "down"
        if self.kind == "veth":
            return "up" if self.peer and self.peer.up else "lowerlayerdown"
        if self.kind == "bridge":
            return "up" if any(each.state == "up" for each in self.ports()) else "down"
        return "unknown"

    def ports(self) -> list["Interface"]:
        """List what is plugged into this bridge."""
        return [each for each in self.home.interfaces.values() if each.master is self]


@dataclass(frozen=True)
class Route:
    """Where packets to some addresses go."""

    destination: IPv4Network
    interface: Interface
    gateway: str = ""  # empty: the addresses are on the link itself
    source: str = ""  # the address of this host that such packets have
    connected: bool = False  # it came with an address

    def __str__(self) -> str:
        there = "default" if self.destination == ANYWHERE else str(self.destination)
        via = f" via {self.gateway}" if self.gateway else ""
        src = f" src {self.source}" if self.source else ""
        return f"{there}{via} dev {self.interface.name}{src}"


@dataclass(eq=False)
class NetworkNamespace:
    """The network that a group of processes sees."""

    number: int
    interfaces: dict[str, Interface] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    tables: dict[str, netfilter.Table] = field(default_factory=netfilter.new_tables)
    flows: list[Flow] = field(default_factory=list)
    ports: dict[tuple[str, int], Socket] = field(default_factory=dict)  # sockets that are bound
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    indices: "count[int]" = field(default_factory=lambda: count(1))
    free_ports: "count[int]" = field(default_factory=lambda: count(PORTS))

    @classmethod
    def create(cls, number: int) -> "NetworkNamespace":
        """Start a namespace with nothing but a loopback interface that is down."""
        namespace = cls(number)
        namespace.insert(Interface("lo", "loopback", namespace, mtu=65536), "lo")
        return namespace

    def find(self, name: str) -> Interface:
        """Return the interface of that name."""
        if name not in self.interfaces:
            raise KernelError(errno.ENODEV)
        return self.interfaces[name]

    def insert(self, interface: Interface, name: str) -> None:
        """Take an interface in under a name that is free."""
        if name in self.interfaces:
            raise KernelError(errno.EEXIST)
        self.interfaces[name] = interface
        interface.name, interface.home = name, self
        used = {each.index for each in self.interfaces.values() if each is not interface}
        if not interface.index or interface.index in used:
            interface.index = next(each for each in self.indices if each not in used)

    def create_link(self, name: str, kind: str, peer: str) -> None:
        """Make an interface, or with `peer` the two ends of a cable."""
        for each in (name, peer) if kind == "veth" else (name,):
            _check_name(each)
            if each in self.interfaces:
                raise KernelError(errno.EEXIST)
        if kind not in KINDS:
            raise KernelError(errno.EOPNOTSUPP)
        if name == peer:
            raise KernelError(errno.EEXIST)
        if kind == "veth":
            self.insert(Interface(peer, kind, self), peer)
        self.insert(Interface(name, kind, self), name)
        if kind == "veth":
            near, far = self.find(name), self.find(peer)
            near.peer, far.peer = far, near

    def free_name(self, kind: str) -> str:
        """Make up a name that nobody has: veth0, veth1, …."""
        return next(name for n in count() if (name := f"{kind}{n}") not in self.interfaces)

    def delete_link(self, name: str) -> None:
        """Remove an interface; the other end of a cable goes too, ports of a bridge are freed."""
        interface = self.find(name)
        if interface.kind == "loopback":
            raise KernelError(errno.EOPNOTSUPP)
        for port in interface.ports():
            port.master = None
        _take_out(interface)
        if interface.peer:
            _take_out(interface.peer)

    def move(self, name: str, other: "NetworkNamespace") -> None:
        """Push an interface into another namespace; it arrives down and without an address."""
        interface = self.find(name)
        if other is self:
            return
        if interface.kind in ("loopback", "bridge"):
            raise KernelError(errno.EINVAL)
        if name in other.interfaces:
            raise KernelError(errno.EEXIST)
        _take_out(interface)
        interface.up, interface.addresses, interface.master = False, [], None
        other.insert(interface, name)

    def rename(self, name: str, new_name: str) -> None:
        """Rename an interface, which must be down."""
        interface = self.find(name)
        if new_name == name:
            return
        _check_name(new_name)
        if interface.up:
            raise KernelError(errno.EBUSY)
        self.insert(interface, new_name)
        del self.interfaces[name]

    def set_master(self, name: str, master: str) -> None:
        """Plug an interface into a bridge, or with an empty name pull it out."""
        interface = self.find(name)
        bridge = self.find(master) if master else None
        if bridge and bridge.kind != "bridge":
            raise KernelError(errno.EOPNOTSUPP)
        if bridge and interface.kind == "bridge":
            raise KernelError(errno.ELOOP)
        if bridge and interface.kind == "loopback":
            raise KernelError(errno.EINVAL)
        interface.master = bridge

    def set_mtu(self, name: str, mtu: int) -> None:
        """Change the length of the longest packet."""
        interface = self.find(name)
        most = MOST_MTU if interface.kind in ("veth", "bridge") else 2**31 - 1
        if not (0 if interface.kind in ("loopback", "dummy") else LEAST_MTU) <= mtu <= most:
            raise KernelError(errno.EINVAL)
        interface.mtu = mtu

    def set_up(self, name: str, *, up: bool) -> None:
        """Switch an interface on or off; its routes go, and only those of its addresses come."""
        interface = self.find(name)
        if interface.up == up:
            return
        interface.up = up
        self.routes = [each for each in self.routes if each.interface is not interface]
        if up and interface.kind == "loopback" and not interface.addresses:
            interface.addresses.append(IPv4Interface("127.0.0.1/8"))
        for address in interface.addresses if up else ():
            self._connect(interface, address)

    def add_address(self, name: str, text: str) -> None:
        """Give an interface one more address."""
        interface, address = self.find(name), _parse(text, IPv4Interface)
        if address in interface.addresses:
            raise KernelError(errno.EEXIST)
        interface.addresses.append(address)
        if interface.up:
            self._connect(interface, address)

    def delete_address(self, name: str, text: str) -> None:
        """Take an address away; those of the same network that came later go with the first."""
        interface, address = self.find(name), _parse(text, IPv4Interface)
        if address not in interface.addresses:
            raise KernelError(errno.EADDRNOTAVAIL)
        same = [each for each in interface.addresses if each.network == address.network]
        gone = same if same[0] == address else [address]
        interface.addresses = [each for each in interface.addresses if each not in gone]
        sources = {str(each.ip) for each in gone}
        self.routes = [
            each
            for each in self.routes
            if each.interface is not interface
            or (interface.addresses and each.source not in sources)
        ]

    def add_route(self, destination: str, name: str, gateway: str) -> None:
        """Add a route; its gateway must be on a link that is up."""
        network = _parse_destination(destination)
        interface = self.find(name) if name else None
        if gateway:
            interface = self._check_gateway(gateway, interface)
        elif interface is None:
            raise KernelError(errno.ENODEV)
        elif not interface.up:
            raise KernelError(errno.ENETDOWN)
        if any(each.destination == network for each in self.routes):
            raise KernelError(errno.EEXIST)
        self.routes.append(Route(network, interface, gateway))

    def delete_route(self, destination: str, name: str, gateway: str) -> None:
        """Remove the route to a network; what is said beyond that must agree."""
        network = _parse_destination(destination)
        for each in self.routes:
            if (
                each.destination == network
                and name in ("", each.interface.name)
                and gateway in ("", each.gateway)
            ):
                self.routes.remove(each)
                return
        raise KernelError(errno.ESRCH)

    def find_route(self, destination: str) -> Route | None:
        """Choose the route with the longest prefix; the first of equals."""
        address = IPv4Address(destination)
        fitting = [each for each in self.routes if address in each.destination]
        return max(fitting, key=lambda each: each.destination.prefixlen, default=None)

    def local_networks(self) -> Iterator[IPv4Network]:
        """List what this host answers to: its addresses, and all of the loopback network."""
        for interface in self.interfaces.values():
            for address in interface.addresses if interface.up else ():
                loops = interface.kind == "loopback"
                yield address.network if loops else IPv4Network(address.ip)

    def is_local(self, address: str) -> bool:
        """Say whether an address is one of this host's."""
        return any(IPv4Address(address) in each for each in self.local_networks())

    def addresses(self) -> list[str]:
        """List the host's addresses, those of the loopback interface last."""
        interfaces = sorted(self.interfaces.values(), key=lambda each: each.kind == "loopback")
        return [str(each.ip) for one in interfaces if one.up for each in one.addresses]

    def close(self) -> None:
        """Drop all interfaces with the last process; the other end of a cable goes too."""
        for interface in list(self.interfaces.values()):
            if interface.kind != "loopback" and interface.name in self.interfaces:
                self.delete_link(interface.name)
        self.interfaces.clear()
        self.routes.clear()

    def _connect(self, interface: Interface, address: IPv4Interface) -> None:
        """Add the route that comes with an address."""
        known = (each for each in self.routes if each.interface is interface)
        if (
            address.network.prefixlen < address.max_prefixlen
            and interface.kind != "loopback"
            and not any(each.destination == address.network for each in known)
        ):
            source = str(address.ip)
            self.routes.append(Route(address.network, interface, source=source, connected=True))

    def _check_gateway(self, gateway: str, interface: Interface | None) -> Interface:
        address = _parse(gateway, IPv4Interface)
        route = self.find_route(str(address.ip))
        if self.is_local(str(address.ip)):
            found = next(
                each
                for each in self.interfaces.values()
                if each.up and any(address.ip in one.network for one in each.addresses)
            )
        elif route is None or route.gateway:
            raise KernelError(errno.ENETUNREACH)
        else:
            found = route.interface
        if interface not in (None, found):
            raise KernelError(errno.ENETUNREACH)
        return found


def _take_out(interface: Interface) -> None:
    home = interface.home
    home.interfaces.pop(interface.name, None)
    home.routes = [each for each in home.routes if each.interface is not interface]


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise KernelError(errno.ERANGE)
    if name in ("", ".", "..") or any(each in "/:" or each.isspace() for each in name):
        raise KernelError(errno.EINVAL)


def _parse_destination(text: str) -> IPv4Network:
    return ANYWHERE if text == "default" else _parse(text, IPv4Network)


def _parse(text: str, kind: type[Parsed]) -> Parsed:
    try:
        return kind(text)
    except ValueError:
        raise KernelError(errno.EINVAL) from None
