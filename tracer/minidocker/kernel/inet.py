"""Sockets with an address and a port: which one hears a packet, and how a connection comes about.

A socket stays in the network namespace in which it was made. Connecting sends one packet and one
answer on their walks (`packets`); the bytes then go straight from end to end.

A packet that is dropped would be sent again for minutes; here ETIMEDOUT comes at once.
Not modelled: datagrams; a change of rules or interfaces does not end a connection that exists.
"""

import errno
from ipaddress import IPv4Address

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.netfilter import Packet
from tracer.minidocker.kernel.network import NetworkNamespace
from tracer.minidocker.kernel.packets import Walk, forget, walk
from tracer.minidocker.kernel.sockets import Socket

ANY = "0.0.0.0"  # noqa: S104  # all addresses of this host
PRIVILEGED = 1024  # ports below need NET_BIND_SERVICE


class InetSocket(Socket):
    """A TCP socket."""

    SILENT_READ, SILENT_WRITE = errno.ENOTCONN, errno.EPIPE

    def __init__(self, net: NetworkNamespace) -> None:
        super().__init__()
        self.net = net
        self.walks: list[Walk] = []  # of the packets that connected it

    def bind(self, address: str, port: int) -> None:
        """Take an address of this host and a port that is free; port 0: any."""
        if self.address is not None or self.connected:
            raise KernelError(errno.EINVAL)
        if address != ANY and not self.net.is_local(_check(address)):
            raise KernelError(errno.EADDRNOTAVAIL)
        if port and _is_taken(self.net, address, port):
            raise KernelError(errno.EADDRINUSE)
        port = port or _free_port(self.net, address)
        self.address = (address, port)
        self.net.ports[address, port] = self

    def listen(self) -> None:
        """Let others connect; without an address to all addresses and any port."""
        if self.address is None and not self.connected:
            self.bind(ANY, 0)
        super().listen()

    def shut_write(self) -> None:
        """Send end of file and keep reading."""
        if not self.connected:
            raise KernelError(errno.ENOTCONN)
        super().shut_write()

    def connect(self, address: str, port: int) -> None:
        """Connect to whoever a packet to this address reaches."""
        if self.connected or self.listening:
            raise KernelError(errno.EISCONN)
        address = "127.0.0.1" if address == ANY else _check(address)
        packet = Packet("tcp", *self._source(address), address, port)
        there = walk(self.net, packet)
        self.walks = [there]
        if there.end is None:
            self._give_up(there.error)
        else:
            self._shake_hands(packet, there, there.end)

    def release(self) -> None:
        """Close, give the port back, and let the namespaces on the way forget the connection."""
        super().release()
        if isinstance(self.address, tuple) and self.net.ports.get(self.address) is self:
            del self.net.ports[self.address]
        for each in self.walks:
            forget(each)

    def _shake_hands(self, packet: Packet, there: Walk, end: NetworkNamespace) -> None:
        """Have an answer walk back, and connect if it is one that was asked for."""
        listener = find_listener(end, there.packet.destination, there.packet.dport)
        back = walk(end, there.packet.reversed())
        self.walks.append(back)
        heard = back.end is self.net and _ends(back.packet) == _ends(packet.reversed())
        if not heard:
            self._give_up(errno.ETIMEDOUT)
        elif listener is None:
            self._give_up(errno.ECONNREFUSED)
        else:
            self.join(listener, InetSocket(end))

    def _give_up(self, error: int) -> None:
        for each in self.walks:
            forget(each)
        raise KernelError(error)

    def _source(self, destination: str) -> tuple[str, int]:
        """Choose the own end of a connection."""
        if self.address is None:
            self.bind(ANY, 0)
        assert isinstance(self.address, tuple)  # just bound
        address, port = self.address
        return (find_source(self.net, destination) if address == ANY else address), port


def find_listener(net: NetworkNamespace, address: str, port: int) -> Socket | None:
    """Find the socket that listens at an address, or at all of them."""
    for each in ((address, port), (ANY, port)):
        if each in net.ports and net.ports[each].listening:
            return net.ports[each]
    return None


def find_source(net: NetworkNamespace, destination: str) -> str:
    """Choose the address of this host that a packet to a destination comes from."""
    if destination.startswith("127."):
        return "127.0.0.1"
    if net.is_local(destination):
        return destination
    route = net.find_route(destination)
    if route is None:
        raise KernelError(errno.ENETUNREACH)
    own = [str(each.ip) for each in route.interface.addresses]
    near = next((each.source for each in net.routes if each.interface is route.interface), "")
    return route.source or near or next(iter([*own, *net.addresses()]), ANY)


def _ends(packet: Packet) -> tuple[str, int, str, int]:
    return packet.source, packet.sport, packet.destination, packet.dport


def _is_taken(net: NetworkNamespace, address: str, port: int) -> bool:
    return any(
        (number == port and ANY in (address, taken)) or (taken, number) == (address, port)
        for taken, number in net.ports
    )


def _free_port(net: NetworkNamespace, address: str) -> int:
    return next(each for each in net.free_ports if not _is_taken(net, address, each))


def _check(address: str) -> str:
    try:
        return str(IPv4Address(address))
    except ValueError:
        raise KernelError(errno.EINVAL) from None
