"""The system calls on sockets and pipes, and on the packet filter through a socket."""

import errno
from typing import Any

from tracer.minidocker.kernel import netfilter, permissions, sysname
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.inet import PRIVILEGED, InetSocket
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.sockets import Address, Socket, SocketInode, pipe_pair, socket_pair

LONGEST_PATH = 107  # of a unix socket


def socket(caller: Process, family: str) -> int:
    """Make a stream socket, close-on-exec."""
    match family:
        case "unix":
            made = Socket()
        case "inet":
            made = InetSocket(caller.namespaces.net)
        case _:
            raise KernelError(errno.EAFNOSUPPORT)
    return caller.add_descriptor(made, close_on_exec=True)


def bind(caller: Process, number: int, address: Address) -> None:
    """Give a socket its address: a path that does not exist, or an address and a port."""
    found = _socket(caller, number)
    match found, address:
        case InetSocket(), (str(ip), int(port)):
            if 0 < port < PRIVILEGED:
                _require_privilege(caller)
            found.bind(ip, port)
        case Socket(), str(path) if not isinstance(found, InetSocket):
            _bind_path(caller, found, path)
        case _:
            raise KernelError(errno.EINVAL)


def listen(caller: Process, number: int) -> None:
    """Let others connect to a socket."""
    _socket(caller, number).listen()


async def accept(caller: Process, number: int) -> int:
    """Sleep until somebody connects and return the connection."""
    made = await _socket(caller, number).accept()
    return caller.add_descriptor(made, close_on_exec=True)


async def connect(caller: Process, number: int, address: Address) -> None:
    """Connect a socket to the one that listens at an address."""
    found = _socket(caller, number)
    match found, address:
        case InetSocket(), (str(ip), int(port)):
            found.connect(ip, port)
        case Socket(), str(path) if not isinstance(found, InetSocket):
            _connect_path(caller, found, path)
        case _:
            raise KernelError(errno.EINVAL)


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
    _socket(caller, number).shut_write()


def getsockname(caller: Process, number: int) -> Address:
    """Return the address of a socket."""
    found = _socket(caller, number)
    unnamed: Address = ("0.0.0.0", 0) if isinstance(found, InetSocket) else ""  # noqa: S104
    return unnamed if found.address is None else found.address


def getsockopt(caller: Process, number: int, option: str, table: str) -> netfilter.Table:
    """Read a table of the packet filter."""
    net = _filter(caller, number)
    if option != "IPT_SO_GET_ENTRIES":
        raise KernelError(errno.ENOPROTOOPT)
    if table not in net.tables:
        raise KernelError(errno.ENOENT)
    return dict(net.tables[table])


def setsockopt(caller: Process, number: int, option: str, table: str, value: Any) -> None:
    """Replace a table of the packet filter whole; flows that exist are not asked again."""
    net = _filter(caller, number)
    if option != "IPT_SO_SET_REPLACE":
        raise KernelError(errno.ENOPROTOOPT)
    if table not in net.tables:
        raise KernelError(errno.ENOENT)
    netfilter.check(table, value)
    net.tables[table] = dict(value)


def _require_privilege(caller: Process) -> None:
    if "NET_BIND_SERVICE" not in caller.capabilities:
        raise KernelError(errno.EACCES)


def _socket(caller: Process, number: int) -> Socket:
    found = caller.open_file(number)
    if not isinstance(found, Socket):
        raise KernelError(errno.ENOTSOCK)
    return found


def _bind_path(caller: Process, found: Socket, path: str) -> None:
    if found.address is not None or len(path) > LONGEST_PATH:
        raise KernelError(errno.EINVAL)
    place = caller.resolve(path, last=True)
    if place.inode is not None:
        raise KernelError(errno.EADDRINUSE)
    sysname.make(caller, place, SocketInode(found))
    found.address = path


def _connect_path(caller: Process, found: Socket, path: str) -> None:
    if found.connected:
        raise KernelError(errno.EISCONN)
    if found.listening:
        raise KernelError(errno.EINVAL)
    inode = caller.resolve(path).present
    permissions.require(caller, inode, permissions.WRITE)
    if not isinstance(inode, SocketInode) or not inode.socket.listening:
        raise KernelError(errno.ECONNREFUSED)
    found.join(inode.socket, Socket())


def _filter(caller: Process, number: int) -> Any:
    found = _socket(caller, number)
    if not isinstance(found, InetSocket):
        raise KernelError(errno.ENOPROTOOPT)
    caller.require("NET_ADMIN")
    return found.net
