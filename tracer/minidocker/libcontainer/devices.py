"""Devices of a container: which it may use, and which it finds in /dev."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of

NOT_LOOKED_INTO = ("pts", "shm", "fd")  # of the host's /dev


@dataclass(frozen=True)
class Device:
    """One device, or with * as a number all of a kind."""

    number: str  # c or b, major:minor
    path: str = ""
    permissions: str = "rwm"
    mode: int = 0o666

    @property
    def rule(self) -> str:
        """What is written to devices.allow."""
        return f"{self.number} {self.permissions}"


SIMPLE = (
    Device("c 1:3", "/dev/null"),
    Device("c 1:5", "/dev/zero"),
    Device("c 1:7", "/dev/full"),
    Device("c 5:0", "/dev/tty"),
    Device("c 1:9", "/dev/urandom"),
    Device("c 1:8", "/dev/random"),
)
ALLOWED = (
    Device("c *:*", permissions="m"),  # to make the node of any device
    Device("b *:*", permissions="m"),
    Device("c 5:1", "/dev/console"),
    Device("c 4:0", "/dev/tty0"),
    Device("c 4:1", "/dev/tty1"),
    Device("c 136:*"),  # terminals
    Device("c 5:2"),
    Device("c 10:200"),  # tun
    *SIMPLE,
)
CREATED = (Device("c 10:229", "/dev/fuse"), *SIMPLE)  # fuse is there but must not be used


@twin_of("github.com/docker/libcontainer/devices.GetDevice")
def get_device(path: str, permissions: str, inside: str) -> Device:
    """Look a device of the host up: its number is what counts, not its name inside."""
    try:
        found = syscall.lstat(path)
    except KernelError as error:
        raise DockerError(f"error gathering device information: {path}: {error}") from None
    if found.kind != "device":
        raise DockerError("error gathering device information: not a device node")
    return Device(found.node, inside, permissions, found.mode)


@twin_of("github.com/docker/libcontainer/devices.GetHostDeviceNodes")
def get_host_device_nodes() -> list[Device]:
    """List what the host has in /dev: a privileged container gets it all."""
    return list(_device_nodes("/dev"))


def _device_nodes(directory: str) -> Iterator[Device]:
    for name in syscall.getdents(directory):
        path = posixpath.join(directory, name)
        found = syscall.lstat(path)
        if found.kind == "directory" and name not in NOT_LOOKED_INTO:
            yield from _device_nodes(path)
        elif found.kind == "device":
            yield Device(found.node, path, "rwm", found.mode)
