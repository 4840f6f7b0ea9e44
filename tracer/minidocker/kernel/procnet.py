"""The network's part of the proc file system: settings to read and write, and tables to read.

Whoever looks sees the network namespace that it is in itself, whichever proc is mounted.
"""

import errno
import struct
from ipaddress import IPv4Address

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, File, Inode
from tracer.minidocker.kernel.network import NetworkNamespace
from tracer.minidocker.kernel.processes import running_process

PER_INTERFACE = ("route_localnet",)


def _net() -> NetworkNamespace:
    return running_process().namespaces.net


class SettingsDirectory(Directory):
    """/proc/sys/net and what is below it."""

    def __init__(self, path: str = "") -> None:
        super().__init__()
        self.path = path

    def names(self) -> list[str]:
        """List the settings and the directories at this place."""
        below = (each.removeprefix(self.path) for each in _known() if each.startswith(self.path))
        return sorted({each.split("/")[0] for each in below})

    def find(self, name: str) -> Inode | None:
        """Show one setting, or a directory of them."""
        path = self.path + name
        if path in _known():
            return Setting(path)
        return SettingsDirectory(path + "/") if name in self.names() else None


class Setting(File):
    """One setting of the reader's namespace: an integer."""

    def __init__(self, path: str) -> None:
        super().__init__(cached=True)
        self.path = path

    def read(self) -> bytes:
        """Return the value."""
        return f"{_net().settings.get(self.path, '0')}\n".encode()

    def write(self, data: bytes, offset: int) -> None:
        """Replace the value."""
        del offset
        try:
            _net().settings[self.path] = str(int(data))
        except ValueError:
            raise KernelError(errno.EINVAL) from None

    def truncate(self, length: int = 0) -> None:
        """Leave the value until another one is written."""


class TablesDirectory(Directory):
    """/proc/net: what the namespace holds, one file a table."""

    def names(self) -> list[str]:
        """List the tables."""
        return ["dev", "route", "tcp"]

    def find(self, name: str) -> Inode | None:
        """Write a table as it is now."""
        tables = {"dev": _devices, "route": _routes, "tcp": _sockets}
        return File(tables[name]().encode(), cached=True) if name in tables else None


def _known() -> list[str]:
    net = _net()
    names = [f"ipv4/conf/{each}/{key}" for each in net.interfaces for key in PER_INTERFACE]
    return sorted({*net.settings, *names})


def _devices() -> str:
    return "".join(f"{each:>6}: 0\n" for each in sorted(_net().interfaces))


def _routes() -> str:
    """Write the routes as /proc/net/route does: addresses in hexadecimal, low byte first."""
    rows = ["Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"]
    for each in _net().routes:
        gateway = each.gateway or "0.0.0.0"  # noqa: S104
        ends = f"{_hex(str(each.destination.network_address))}\t{_hex(gateway)}"
        flags = "0003" if each.gateway else "0001"
        mask = _hex(str(each.destination.netmask))
        rows.append(f"{each.interface.name}\t{ends}\t{flags}\t0\t0\t0\t{mask}\t0\t0\t0")
    return "\n".join([*rows, ""])


def _sockets() -> str:
    """Write who is bound to which port: 0A means listening, 01 connected."""
    rows = ["  sl  local_address st"]
    for number, ((address, port), socket) in enumerate(sorted(_net().ports.items())):
        state = "0A" if socket.listening else "01" if socket.connected else "07"
        rows.append(f"{number:>4}: {_hex(address)}:{port:04X} {state}")
    return "\n".join([*rows, ""])


def _hex(address: str) -> str:
    return f"{struct.unpack('<I', IPv4Address(address).packed)[0]:08X}"
