"""The system calls on sockets, pipes and network interfaces."""

import errno
from typing import Any

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.sockets import (
    Listener,
    SocketInode,
    StreamEnd,
    pipe_pair,
    socket_pair,
)


def listen(caller: Process, path: str) -> int:
    """Make a socket, bind it to a path and listen (three calls of the real kernel)."""
    place = caller.resolve(path)
    if place.inode is not None:
        raise KernelError(errno.EADDRINUSE)
    listener = Listener()
    place.require_writable().insert(place.name, SocketInode(listener))
    return caller.add_descriptor(listener, close_on_exec=True)


async def accept(caller: Process, number: int) -> int:
    """Sleep until somebody connects and return the connection."""
    listener = caller.open_file(number)
    if not isinstance(listener, Listener):
        raise KernelError(errno.ENOTSOCK)
    return caller.add_descriptor(await listener.accept(), close_on_exec=True)


def connect(caller: Process, path: str) -> int:
    """Connect to the socket at a path (socket and connect)."""
    inode = caller.resolve(path).present
    if not isinstance(inode, SocketInode) or not inode.listener.references:
        raise KernelError(errno.ECONNREFUSED)
    return caller.add_descriptor(inode.listener.connect(), close_on_exec=True)


def socketpair(caller: Process) -> tuple[int, int]:
    """Make two connected sockets, close-on-exec."""
    near, far = socket_pair()
    return caller.add_descriptor(near, close_on_exec=True), caller.add_descriptor(
        far, close_on_exec=True
    )


def pipe(caller: Process) -> tuple[int, int]:
    """Make a pipe and return its read end and its write end, close-on-exec."""
    reader, writer = pipe_pair()
    return caller.add_descriptor(reader, close_on_exec=True), caller.add_descriptor(
        writer, close_on_exec=True
    )


def shutdown(caller: Process, number: int) -> None:
    """Send end of file over a socket that is still read (SHUT_WR)."""
    file = caller.open_file(number)
    if not isinstance(file, StreamEnd):
        raise KernelError(errno.ENOTSOCK)
    file.shut_write()


def netlink(caller: Process, request: str, name: str, attributes: dict[str, Any]) -> None:
    """Send one request about an interface over a netlink socket."""
    caller.require("NET_ADMIN")
    network = caller.namespaces.net
    match request, attributes:
        case "RTM_NEWLINK", {"kind": str(kind)}:
            network.create_link(name, kind, attributes.get("peer", ""))
        case "RTM_SETLINK", {"netns_pid": int(pid)}:
            network.move(name, caller.find(pid).namespaces.net)
        case "RTM_SETLINK", {"name": str(new_name)}:
            network.rename(name, new_name)
        case "RTM_SETLINK", {"master": str(master)}:
            network.find(name).master = network.find(master)
        case "RTM_SETLINK", {"mtu": int(mtu)}:
            network.find(name).mtu = mtu
        case "RTM_SETLINK", {"up": bool(up)}:
            network.find(name).up = up
        case "RTM_NEWADDR", {"address": str(address)}:
            network.find(name).address = address
        case "RTM_NEWROUTE", {"gateway": str(gateway)}:
            network.find(name)
            network.add_default_route(gateway)
        case _:
            raise KernelError(errno.EOPNOTSUPP)
