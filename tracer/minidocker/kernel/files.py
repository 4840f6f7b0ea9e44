"""Files, directories and open files.

From the bottom: an inode holds bytes or names, and says whose it is; an open file is what a
descriptor refers to; a descriptor is a process's number for it. `dentries` gives inodes their
places, `lookup` walks paths, `union` shows several directories as one.
Not modelled: times, named pipes that carry bytes, random bytes of devices.
"""

import copy
import errno
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, auto
from types import MappingProxyType
from typing import Self

from tracer.minidocker.kernel.errors import KernelError


class Open(Flag):
    """How to open a file; no flag means read only."""

    O_WRONLY = auto()
    O_CREAT = auto()
    O_TRUNC = auto()
    O_APPEND = auto()
    O_RDWR = auto()
    O_EXCL = auto()
    O_DIRECTORY = auto()
    O_NOFOLLOW = auto()


class Mode(int):
    """Permission bits, shown in octal."""

    def __str__(self) -> str:
        return f"{int(self):04o}"


@dataclass(frozen=True)
class Stat:
    """What stat(2) tells of an inode."""

    kind: str  # directory, file, symlink, device, socket or fifo
    mode: Mode
    uid: int
    gid: int
    size: int
    inode: int
    device: str  # of the file system that it is in, as major:minor
    links: int
    node: str = ""  # of a device node: c or b, major:minor

    def __str__(self) -> str:
        return f"{self.kind} {self.mode} {self.uid}:{self.gid} {self.size}"


class Inode:
    """What a name in a directory stands for."""

    kind = "socket"
    mode: int = 0o755
    uid: int = 0
    gid: int = 0
    number: int = 0  # given by its file system when somebody asks for it
    links: int = 0  # how many names it has
    attributes: Mapping[str, bytes] = MappingProxyType({})  # the extended ones

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return 0

    def copied(self) -> Self:
        """Make another one with the same content, owner and mode, and no name."""
        another = copy.copy(self)
        another.number = another.links = 0
        return another


class File(Inode):
    """Bytes on a disk; `cached` once somebody has read or written them."""

    kind = "file"

    def __init__(self, content: bytes = b"", *, cached: bool = False, mode: int = 0o644) -> None:
        self.content = content
        self.cached = cached
        self.mode = mode

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return len(self.content)

    def read(self) -> bytes:
        """Return all bytes."""
        return self.content

    def read_from(self, offset: int) -> bytes:
        """Return the bytes from an offset on."""
        return self.read()[offset:]

    def write(self, data: bytes, offset: int) -> None:
        """Put bytes at an offset; what lies between the old end and the offset is zero."""
        before = self.content[:offset].ljust(offset, b"\0")
        self.content = before + data + self.content[offset + len(data) :]
        self.cached = True

    def truncate(self, length: int = 0) -> None:
        """Forget the bytes after a length, or add zero bytes up to it."""
        self.content = self.content[:length].ljust(length, b"\0")


DRIVEN = ("b 7", "b 8", "c 1", "c 5", "c 10", "c 136")  # kinds and major numbers with a driver


class Device(File):
    """A terminal or a sink: what is written stays in `content`, in order."""

    kind = "device"

    def __init__(self, *, cached: bool = False, number: str = "c 5:1", mode: int = 0o666) -> None:
        super().__init__(cached=cached, mode=mode)
        self.node = number  # c or b, major:minor

    @property
    def size(self) -> int:
        """Nothing: a device has no bytes of its own."""
        return 0

    def read_from(self, offset: int) -> bytes:
        """Return a page of zero bytes where the device gives them without end."""
        return bytes(4096) if self.node in ("c 1:5", "c 1:7") else super().read_from(offset)

    def write(self, data: bytes, offset: int) -> None:
        """Add bytes at the end, whatever the offset; some devices forget them, one is full."""
        if self.node == "c 1:7":
            raise KernelError(errno.ENOSPC)
        if self.node not in ("c 1:3", "c 1:5"):
            super().write(data, max(offset, len(self.content)))

    def truncate(self, length: int = 0) -> None:
        """Do nothing: a device has no length."""


class Symlink(Inode):
    """A name for a path."""

    kind = "symlink"
    mode = 0o777

    def __init__(self, target: str) -> None:
        self.target = target

    @property
    def size(self) -> int:
        """How long the path is."""
        return len(self.target)


class Fifo(Inode):
    """A named pipe: it has a name and an owner, but nobody can open it here."""

    kind = "fifo"


class Directory(Inode):
    """Names and their inodes."""

    kind = "directory"
    opaque: bool = False  # in a union: hides directories of its name in the layers below

    def __init__(self, mode: int = 0o755) -> None:
        self.entries: dict[str, Inode] = {}
        self.mode = mode

    def names(self) -> list[str]:
        """List the names, sorted."""
        return sorted(self.entries)

    def find(self, name: str) -> Inode | None:
        """Look one name up."""
        return self.entries.get(name)

    def insert(self, name: str, inode: Inode) -> None:
        """Give an inode a name, taking it from the one that had it."""
        if name in self.entries:
            self.entries[name].links -= 1
        self.entries[name] = inode
        inode.links += 1

    def remove(self, name: str) -> None:
        """Take a name away."""
        self.entries.pop(name).links -= 1

    def make_directory(self, name: str) -> None:
        """Make a directory of the same sort."""
        self.insert(name, Directory())

    def find_writable(self, name: str) -> Inode | None:
        """Look a name up in order to change what it stands for."""
        return self.find(name)

    def is_movable(self) -> bool:
        """Say whether rename can move it as it is."""
        return True


class OpenFile:
    """What a descriptor refers to; shared by dup and by fork, released with the last descriptor."""

    def __init__(self) -> None:
        self.references = 0

    async def read(self) -> bytes:
        """Return what is there; may sleep; no bytes mean end of file."""
        raise KernelError(errno.EINVAL)

    def write(self, data: bytes) -> int:
        """Write all bytes."""
        del data
        raise KernelError(errno.EINVAL)

    def release(self) -> None:
        """Let go: nobody refers to this any more."""


@dataclass
class Descriptor:
    """One entry of a process's table of open files."""

    file: OpenFile
    close_on_exec: bool
