"""What groups of both versions have in common: a tree, members, and files that act.

A group is a directory, and mkdir makes one. Its files are there from the start and cannot be made
or removed; writing to one gives an order.
"""

import errno
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory, File, Inode

PAGE = 4096
UNLIMITED = 2**63 - PAGE  # in whole pages


@dataclass
class Memory:
    """What a group's memory controller counts, in bytes."""

    limit: int = UNLIMITED
    limit_with_swap: int = UNLIMITED
    soft_limit: int = UNLIMITED
    usage: int = 0
    most: int = 0
    failures: int = 0  # how often the limit was hit
    kills: int = 0


@dataclass
class Values:
    """The state of a group, whatever files show it."""

    memory: Memory = field(default_factory=Memory)
    most_processes: int = UNLIMITED
    refused_forks: int = 0
    frozen: bool = False  # by its own file; see `Cgroup.frozen`


class Cgroup(Directory):
    """A group of processes."""

    FROZEN_CAN_BE_KILLED = False

    def __init__(self, subsystem: str, above: "Cgroup | None" = None, name: str = "") -> None:
        super().__init__()
        self.subsystem = subsystem
        self.above = above
        self.name = name
        self.members: list[int] = []  # pids as the first pid namespace counts them
        self.values = Values()
        self.removed = False

    @property
    def path(self) -> str:
        """Its path in the hierarchy."""
        return f"{self.above.path.rstrip('/')}/{self.name}" if self.above else "/"

    def lineage(self) -> list["Cgroup"]:
        """List this group and all above it."""
        return [self, *(self.above.lineage() if self.above else [])]

    def groups(self) -> list["Cgroup"]:
        """List this group and all below it."""
        below = [self.entries[name] for name in sorted(self.entries)]
        return [self, *(one for each in below if isinstance(each, Cgroup) for one in each.groups())]

    @property
    def frozen(self) -> bool:
        """Whether its members may not run: because of it or of a group above."""
        return any(each.values.frozen for each in self.lineage())

    def files(self) -> Mapping[str, File]:
        """Return the files that the group shows now, by name."""
        raise NotImplementedError

    def beget(self, name: str) -> "Cgroup":
        """Make a group below this one."""
        raise NotImplementedError

    def population(self) -> int:
        """Count the members of this group and of all below it."""
        return sum(len(each.members) for each in self.groups())

    def names(self) -> list[str]:
        """List files and groups."""
        return sorted({*self.files(), *self.entries})

    def find(self, name: str) -> Inode | None:
        """Look a file or a group up."""
        return self.entries.get(name) or self.files().get(name)

    def insert(self, name: str, inode: Inode) -> None:
        """Refuse: there are no files but the group's own."""
        del name
        is_plain = isinstance(inode, File) and not isinstance(inode, Device)
        raise KernelError(errno.EACCES if is_plain else errno.EPERM)

    def make_directory(self, name: str) -> None:
        """Start a new group: mkdir is the whole interface."""
        if "\n" in name:
            raise KernelError(errno.EINVAL)
        if self.removed:
            raise KernelError(errno.ENOENT)
        self.entries[name] = self.beget(name)

    def remove(self, name: str) -> None:
        """End a group; it must have neither members nor groups of its own."""
        group = self.entries.get(name)
        if group is None and name not in self.files():  # it was renamed
            return
        if not isinstance(group, Cgroup):
            raise KernelError(errno.EPERM)
        if group.members or len(group.groups()) > 1:
            raise KernelError(errno.EBUSY)
        group.removed = True
        super().remove(name)


class ControlFile(File):
    """One file of a group: reading asks, writing orders."""

    def __init__(
        self,
        group: Cgroup,
        show: Callable[[], str] | None = None,
        order: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(cached=True)
        self.group, self.show, self.order = group, show, order

    def read(self) -> bytes:
        """Show the value as it is now."""
        self._require_group()
        if self.show is None:
            raise KernelError(errno.EINVAL)
        return self.show().encode()

    def write(self, data: bytes, offset: int) -> None:
        """Do what was written."""
        del offset
        self._require_group()
        if self.order is None:
            raise KernelError(errno.EINVAL)
        self.order(data.decode("utf-8", "replace").strip())

    def truncate(self, length: int = 0) -> None:
        """Do nothing: only what is written counts."""

    def _require_group(self) -> None:
        if self.group.removed:
            raise KernelError(errno.ENODEV)


def parse_number(text: str, least: int = 0, most: int = UNLIMITED) -> int:
    """Read a whole number between bounds; EINVAL for anything else."""
    if not re.fullmatch("-?[0-9]+|0x[0-9a-fA-F]+", text):
        raise KernelError(errno.EINVAL)
    number = int(text, 16) if text.startswith("0x") else int(text)
    if not least <= number <= most:
        raise KernelError(errno.EINVAL)
    return number


def parse_bytes(text: str) -> int:
    """Read a size with a suffix of k, m or g, and round it to whole pages."""
    factor = {"k": 2**10, "m": 2**20, "g": 2**30}.get(text[-1:].lower(), 1)
    number = parse_number(text if factor == 1 else text[:-1])
    return min(number * factor, UNLIMITED) // PAGE * PAGE
