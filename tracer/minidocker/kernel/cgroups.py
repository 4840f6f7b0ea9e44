"""Control groups, version 1: a tree of directories per subsystem; limits and members are files."""

import errno
from collections.abc import Callable

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, File

SUBSYSTEMS = {
    "cpu": {"cpu.shares": b"1024\n"},
    "devices": {"devices.allow": b"", "devices.deny": b""},
    "freezer": {"freezer.state": b"THAWED\n"},
    "memory": {"memory.limit_in_bytes": b"9223372036854775807\n"},
}


class Cgroup(Directory):
    """A group of processes under one set of limits."""

    def __init__(self, subsystem: str, path: str, move: Callable[[int, "Cgroup"], None]) -> None:
        super().__init__()
        self.subsystem, self.path, self.move = subsystem, path, move
        self.members: list[int] = []  # pids as the first pid namespace counts them
        self.insert("cgroup.procs", _Members(self))
        for name, content in SUBSYSTEMS[subsystem].items():
            self.insert(name, _Setting(content, cached=True))

    def groups(self) -> list["Cgroup"]:
        """List this group and all below it."""
        below = (self.entries[name] for name in self.names())
        return [self, *(one for each in below if isinstance(each, Cgroup) for one in each.groups())]

    def make_directory(self, name: str) -> None:
        """Start a new group: mkdir is the whole interface."""
        self.insert(name, Cgroup(self.subsystem, f"{self.path.rstrip('/')}/{name}", self.move))

    def remove(self, name: str) -> None:
        """End a group; it must have neither members nor groups of its own."""
        child = self.entries[name]
        if not isinstance(child, Cgroup):
            raise KernelError(errno.EPERM)
        if child.members or len(child.groups()) > 1:
            raise KernelError(errno.EBUSY)
        super().remove(name)


class _Setting(File):
    """One limit: writing replaces it."""

    def write(self, data: bytes, offset: int) -> None:
        del offset
        self.content = data


class _Members(File):
    """cgroup.procs: reading lists the members, writing a pid moves that process here."""

    def __init__(self, group: Cgroup) -> None:
        super().__init__(cached=True)
        self.group = group

    def read(self) -> bytes:
        return "".join(f"{pid}\n" for pid in sorted(self.group.members)).encode()

    def write(self, data: bytes, offset: int) -> None:
        del offset
        self.group.move(int(data), self.group)
