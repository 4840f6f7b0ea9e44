"""Requests about interfaces, addresses and routes, over a NETLINK_ROUTE socket.

The same requests as `syscall.netlink`: a name, and attributes as words. rtnetlink(7) has the forms;
an attribute is length, type, value, padded to four bytes.
"""

import os
import socket
import struct
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

NEWLINK, DELLINK, GETLINK = 16, 17, 18
NEWADDR, DELADDR, GETADDR = 20, 21, 22
NEWROUTE, DELROUTE, GETROUTE = 24, 25, 26
REQUEST, ACK, DUMP, EXCL, CREATE = 1, 4, 0x300, 0x200, 0x400
IFNAME, MTU, MASTER, NET_NS_PID, LINKINFO, NET_NS_FD = 3, 4, 10, 19, 18, 28
INFO_KIND, INFO_DATA, PEER = 1, 2, 1
LOCAL, ADDRESS = 2, 1
DESTINATION, OUT, GATEWAY = 1, 4, 5
UP = 1


def ask(request: str, name: str, attributes: dict[str, Any]) -> Any:
    """Do one request; the error of the kernel's answer is raised."""
    match request:
        case "RTM_NEWLINK":
            send(NEWLINK, CREATE | EXCL, new_link(name, **attributes))
        case "RTM_DELLINK":
            send(DELLINK, 0, link_header(index(name)))
        case "RTM_SETLINK":
            send(NEWLINK, 0, changed_link(name, **attributes))
        case "RTM_NEWADDR":
            send(NEWADDR, CREATE | EXCL, address(name, attributes["address"]))
        case "RTM_DELADDR":
            send(DELADDR, 0, address(name, attributes["address"]))
        case "RTM_NEWROUTE":
            send(NEWROUTE, CREATE | EXCL, route(name, **attributes))
        case "RTM_DELROUTE":
            send(DELROUTE, 0, route(name, **attributes))
        case "RTM_GETLINK":
            return sorted(links(), key=lambda each: str(each["name"]))
        case "RTM_GETADDR":
            return sorted(addresses(), key=str)
        case _:
            return sorted(routes(), key=str)
    return None


def index(name: str) -> int:
    """Return an interface's number; ENODEV if there is none, whatever the C library says."""
    try:
        return socket.if_nametoindex(name)
    except OSError:
        raise OSError(19, os.strerror(19)) from None


def attribute(kind: int, value: bytes) -> bytes:
    """Encode one attribute."""
    length = 4 + len(value)
    return struct.pack("=HH", length, kind) + value + b"\0" * (-length % 4)


def link_header(number: int, flags: int = 0, mask: int = 0) -> bytes:
    """Encode an ifinfomsg."""
    return struct.pack("=BxHiII", 0, 0, number, flags, mask)


def new_link(name: str, kind: str, peer: str = "") -> bytes:
    """Ask for an interface, or for two that are each other's peer."""
    info = attribute(INFO_KIND, kind.encode())
    if peer:
        other = link_header(0) + attribute(IFNAME, peer.encode() + b"\0")
        info += attribute(INFO_DATA, attribute(PEER, other))
    return link_header(0) + attribute(IFNAME, name.encode() + b"\0") + attribute(LINKINFO, info)


def changed_link(old: str, /, **change: Any) -> bytes:
    """Ask for changes of an interface."""
    up = change.get("up")
    message = link_header(index(old), UP if up else 0, 0 if up is None else UP)
    for word, value in change.items():
        match word:
            case "name":
                message += attribute(IFNAME, value.encode() + b"\0")
            case "mtu":
                message += attribute(MTU, struct.pack("=I", value))
            case "master":
                message += attribute(MASTER, struct.pack("=I", index(value) if value else 0))
            case "netns_pid":
                message += attribute(NET_NS_PID, struct.pack("=I", value))
            case "netns_fd":
                message += attribute(NET_NS_FD, struct.pack("=I", value))
    return message


def address(name: str, text: str) -> bytes:
    """Encode an ifaddrmsg."""
    interface = ip_interface(text)
    header = struct.pack("=BBBBI", socket.AF_INET, interface.network.prefixlen, 0, 0, index(name))
    return header + attribute(LOCAL, interface.packed) + attribute(ADDRESS, interface.packed)


def route(name: str, gateway: str = "", destination: str = "") -> bytes:
    """Encode an rtmsg of the main table: through a gateway, or straight out of an interface."""
    network = ip_network(destination or "0.0.0.0/0")
    scope = 0 if gateway else 253
    message = struct.pack("=8BI", socket.AF_INET, network.prefixlen, 0, 0, 254, 3, scope, 1, 0)
    if network.prefixlen:
        message += attribute(DESTINATION, network.network_address.packed)
    if gateway:
        message += attribute(GATEWAY, ip_address(gateway).packed)
    return message + (attribute(OUT, struct.pack("=I", index(name))) if name else b"")


def links() -> Iterator[dict[str, Any]]:
    """Tell all interfaces: name, mtu, up, master."""
    found = [(body, dict(attributes(body, 16))) for body in dump(GETLINK, link_header(0))]
    names = {struct.unpack_from("=i", body, 4)[0]: text(each[IFNAME]) for body, each in found}
    for body, each in found:
        number, flags = struct.unpack_from("=iI", body, 4)
        master = struct.unpack("=I", each[MASTER])[0] if MASTER in each else 0
        yield {
            "name": names[number],
            "mtu": struct.unpack("=I", each[MTU])[0],
            "up": bool(flags & UP),
            "master": names.get(master, ""),
        }


def addresses() -> Iterator[dict[str, Any]]:
    """Tell all addresses of version 4: name and address."""
    for body in dump(GETADDR, struct.pack("=BBBBI", socket.AF_INET, 0, 0, 0, 0)):
        length, number = body[1], struct.unpack_from("=I", body, 4)[0]
        value = dict(attributes(body, 8))[LOCAL]
        yield {
            "name": socket.if_indextoname(number),
            "address": f"{socket.inet_ntoa(value)}/{length}",
        }


def routes() -> Iterator[dict[str, Any]]:
    """Tell the routes of the main table: destination, gateway, interface."""
    for body in dump(GETROUTE, struct.pack("=8BI", socket.AF_INET, 0, 0, 0, 0, 0, 0, 0, 0)):
        if body[4] != 254:
            continue
        each = dict(attributes(body, 12))
        yield {
            "destination": f"{socket.inet_ntoa(each[DESTINATION])}/{body[1]}"
            if DESTINATION in each
            else "default",
            "gateway": socket.inet_ntoa(each[GATEWAY]) if GATEWAY in each else "",
            "name": socket.if_indextoname(struct.unpack("=I", each[OUT])[0]),
        }


def text(value: bytes) -> str:
    """Decode a name."""
    return value.rstrip(b"\0").decode()


def attributes(body: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Decode attributes."""
    while start + 4 <= len(body):
        length, kind = struct.unpack_from("=HH", body, start)
        yield kind & 0x3FFF, body[start + 4 : start + length]
        start += (length + 3) & ~3


def send(kind: int, flags: int, body: bytes) -> None:
    """Send one request and raise the error that it is answered with."""
    for _ in exchange(kind, REQUEST | ACK | flags, body):
        pass


def dump(kind: int, body: bytes) -> list[bytes]:
    """Ask for all there is of a sort."""
    return list(exchange(kind, REQUEST | DUMP, body))


def exchange(kind: int, flags: int, body: bytes) -> Iterator[bytes]:
    """Send a message and read answers up to the last one."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as wire:
        wire.send(struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 0) + body)
        while True:
            answer = wire.recv(1 << 16)
            while answer:
                length, sort = struct.unpack_from("=IH", answer)
                part, answer = answer[16:length], answer[(length + 3) & ~3 :]
                if sort == 2:  # NLMSG_ERROR, which is also how success is told
                    number = -struct.unpack_from("=i", part)[0]
                    if number:
                        raise OSError(number, os.strerror(number))
                    return
                if sort == 3:  # NLMSG_DONE
                    return
                yield part
