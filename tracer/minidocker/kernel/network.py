"""Interfaces and routes, for each network namespace; bridges, and pairs that act as a cable."""

import errno
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_interface

from tracer.minidocker.kernel.errors import KernelError


@dataclass(eq=False)
class Interface:
    """One network interface."""

    name: str
    kind: str  # loopback, bridge or veth
    mtu: int = 1500
    up: bool = False
    address: str = ""  # with the length of the network's prefix
    master: "Interface | None" = None  # the bridge it is plugged into
    peer: "Interface | None" = None  # the other end of the cable
    home: "NetworkNamespace | None" = None  # where it is now


@dataclass(eq=False)
class NetworkNamespace:
    """The interfaces and routes that a group of processes sees."""

    number: int
    interfaces: dict[str, Interface] = field(default_factory=dict)
    gateway: str = ""  # of the default route

    @classmethod
    def create(cls, number: int) -> "NetworkNamespace":
        """Start a namespace with nothing but a loopback interface that is down."""
        return cls(number, {"lo": Interface("lo", "loopback", mtu=65536)})

    def find(self, name: str) -> Interface:
        """Return the interface of that name."""
        if name not in self.interfaces:
            raise KernelError(errno.ENODEV)
        return self.interfaces[name]

    def add(self, interface: Interface, name: str) -> None:
        """Take an interface in under a name that is free."""
        if name in self.interfaces:
            raise KernelError(errno.EEXIST)
        self.interfaces[name] = interface
        interface.name, interface.home = name, self

    def create_link(self, name: str, kind: str, peer: str) -> None:
        """Make an interface, or with `peer` the two ends of a cable."""
        self.add(Interface(name, kind), name)
        if peer:
            self.add(Interface(peer, kind, peer=self.find(name)), peer)
            self.find(name).peer = self.find(peer)

    def move(self, name: str, other: "NetworkNamespace") -> None:
        """Push an interface into another namespace; it arrives down and without an address."""
        interface = self.find(name)
        other.add(interface, name)
        del self.interfaces[name]
        interface.up, interface.address, interface.master = False, "", None

    def rename(self, name: str, new_name: str) -> None:
        """Rename an interface, which must be down."""
        interface = self.find(name)
        if interface.up:
            raise KernelError(errno.EBUSY)
        self.add(interface, new_name)
        del self.interfaces[name]

    def add_default_route(self, gateway: str) -> None:
        """Send everything else to `gateway`, which an interface that is up must reach."""
        reached = (each for each in self.interfaces.values() if each.up and each.address)
        if not any(ip_address(gateway) in ip_interface(each.address).network for each in reached):
            raise KernelError(errno.ENETUNREACH)
        self.gateway = gateway

    def close(self) -> None:
        """Drop all interfaces with the last process; the other end of a cable goes too."""
        for interface in self.interfaces.values():
            if interface.peer and interface.peer.home:
                interface.peer.home.interfaces.pop(interface.peer.name, None)
        self.interfaces.clear()
