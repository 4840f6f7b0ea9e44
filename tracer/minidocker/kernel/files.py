"""Files, directories and open files.

From the bottom: an inode holds bytes or names; a union shows several directories as one; an open
file is an inode with an offset; a descriptor is a process's number for it. `mounts` walks paths.
"""

import errno
from dataclasses import dataclass
from enum import Flag, auto

from tracer.minidocker.kernel.errors import KernelError


class Open(Flag):
    """How to open a file; no flag means read only."""

    O_WRONLY = auto()
    O_CREAT = auto()
    O_TRUNC = auto()
    O_APPEND = auto()


class Inode:
    """What a name in a directory stands for."""


class File(Inode):
    """Bytes on a disk; `cached` once somebody has read or written them."""

    def __init__(self, content: bytes = b"", *, cached: bool = False) -> None:
        self.content = content
        self.cached = cached

    def read(self) -> bytes:
        """Return all bytes."""
        return self.content

    def write(self, data: bytes, offset: int) -> None:
        """Put bytes at an offset."""
        self.content = self.content[:offset] + data + self.content[offset + len(data) :]
        self.cached = True

    def truncate(self) -> None:
        """Forget all bytes."""
        self.content = b""


class Device(File):
    """A terminal or a sink: what is written stays in `content`, in order."""

    def __init__(self, content: bytes = b"", *, cached: bool = False, number: str = "") -> None:
        super().__init__(content, cached=cached)
        self.number = number  # kind, major and minor, as in "c 1:3"

    def write(self, data: bytes, offset: int) -> None:
        """Add bytes at the end, whatever the offset."""
        super().write(data, max(offset, len(self.content)))


class Directory(Inode):
    """Names and their inodes."""

    def __init__(self) -> None:
        self.entries: dict[str, Inode] = {}

    def names(self) -> list[str]:
        """List the names, sorted."""
        return sorted(self.entries)

    def find(self, name: str) -> Inode | None:
        """Look one name up."""
        return self.entries.get(name)

    def insert(self, name: str, inode: Inode) -> None:
        """Give an inode a name."""
        self.entries[name] = inode

    def remove(self, name: str) -> None:
        """Take a name away."""
        del self.entries[name]

    def make_directory(self, name: str) -> None:
        """Make a directory of the same sort."""
        self.insert(name, Directory())

    def find_writable(self, name: str) -> Inode | None:
        """Look a name up in order to change what it stands for."""
        return self.find(name)


class Union(Directory):
    """Several directories seen as one, topmost first; only the topmost is ever changed."""

    WHITEOUT = ".wh."  # a name with this in front hides the name in the layers below

    def __init__(self, layers: list[Directory]) -> None:
        super().__init__()
        self.layers = layers

    def names(self) -> list[str]:
        """List the names of all layers that are not hidden."""
        names = {name for layer in self.layers for name in layer.names()}
        return sorted(name for name in names if self.find(name))

    def find(self, name: str) -> Inode | None:
        """Find the topmost of that name; directories of one name are merged."""
        merged: list[Directory] = []
        for layer in self.layers:
            found = layer.find(name)
            if name.startswith(self.WHITEOUT) or layer.find(self.WHITEOUT + name):
                break
            if isinstance(found, Directory):
                merged.append(found)
            elif found and not merged:
                return found
        return self._merge(name, merged) if merged else None

    def insert(self, name: str, inode: Inode) -> None:
        """Give an inode a name in the topmost layer."""
        self.layers[0].entries.pop(self.WHITEOUT + name, None)
        self.layers[0].insert(name, inode)

    def remove(self, name: str) -> None:
        """Hide a name: the layers below still have it."""
        self.layers[0].entries.pop(name, None)
        if self.find(name):
            self.layers[0].insert(self.WHITEOUT + name, File())

    def find_writable(self, name: str) -> Inode | None:
        """Copy a file of a lower layer up, so that it can be changed."""
        found = self.find(name)
        if isinstance(found, File) and self.layers[0].find(name) is not found:
            found = type(found)(found.read())
            self.insert(name, found)
        return found

    def _merge(self, name: str, merged: list[Directory]) -> "Union":
        if self.layers[0].find(name) is merged[0]:
            return Union(merged)
        return Union([_Pending(self.layers[0], name), *merged])


class _Pending(Directory):
    """A directory of the topmost layer that is made when something is first put into it."""

    def __init__(self, above: Directory, name: str) -> None:
        super().__init__()
        self.above, self.name = above, name

    def insert(self, name: str, inode: Inode) -> None:
        super().insert(name, inode)
        self.above.insert(self.name, self)


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


class OpenInode(OpenFile):
    """A file of the file system with an offset."""

    def __init__(self, file: File, flags: Open) -> None:
        super().__init__()
        self.file, self.flags = file, flags
        self.offset = len(file.read()) if Open.O_APPEND in flags else 0

    async def read(self) -> bytes:
        """Return the rest of the file."""
        if Open.O_WRONLY in self.flags:
            raise KernelError(errno.EBADF)
        data = self.file.read()[self.offset :]
        self.offset += len(data)
        self.file.cached = True
        return data

    def write(self, data: bytes) -> int:
        """Write at the offset and move it."""
        if Open.O_WRONLY not in self.flags:
            raise KernelError(errno.EBADF)
        self.file.write(data, self.offset)
        self.offset += len(data)
        return len(data)


@dataclass
class Descriptor:
    """One entry of a process's table of open files."""

    file: OpenFile
    close_on_exec: bool
