"""Dentries: the names of a file system as a tree, each with the inode that it stands for.

A directory's inode knows its names but not its own name. A dentry knows both, and the dentry above;
so mounts, working directories and `..` hold to dentries. It stays the same when it is renamed, and
when its directory makes the inode anew at each look, as /proc and unions may do.
"""

import errno
from dataclasses import dataclass, field
from itertools import count

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, Inode


@dataclass(eq=False)
class Dentry:
    """One name in one directory of one file system."""

    name: str
    inode: Inode
    above: "Dentry | None" = None  # None at the root of the file system
    removed: bool = False  # the name is gone, though somebody may still be here
    below: dict[str, "Dentry"] = field(default_factory=dict)  # those looked up so far

    @property
    def directory(self) -> Directory:
        """The inode, which must be a directory."""
        if not isinstance(self.inode, Directory):
            raise KernelError(errno.ENOTDIR)
        return self.inode

    def look_up(self, name: str) -> "Dentry | None":
        """Find a name in this directory."""
        inode = self.directory.find(name)
        if inode is None:
            self.forget(name)
            return None
        if name not in self.below:
            self.below[name] = Dentry(name, inode, self)
        self.below[name].inode = inode
        return self.below[name]

    def forget(self, name: str) -> None:
        """Note that a name is gone."""
        if name in self.below:
            self.below.pop(name).removed = True

    def move(self, name: str, target: "Dentry", new_name: str) -> None:
        """Rename: what was below `name` here is below `new_name` there, and still the same."""
        target.forget(new_name)
        moved = self.below.pop(name)
        moved.name, moved.above = new_name, target
        target.below[new_name] = moved

    def lineage(self) -> list["Dentry"]:
        """List this dentry and all above it."""
        return [self, *(self.above.lineage() if self.above else [])]

    def is_below(self, other: "Dentry") -> bool:
        """Say whether this is the other one or lies below it."""
        return other in self.lineage()

    def path_from(self, top: "Dentry") -> str:
        """Write the way from a dentry above to this one."""
        names = [each.name for each in self.lineage() if not top.is_below(each)]
        return "/" + "/".join(reversed(names))


@dataclass(eq=False)
class FileSystem:
    """A tree of inodes that can be mounted, at several places if need be."""

    kind: str
    device: str  # major:minor
    root: Dentry
    options: str = ""  # those of this kind of file system, as /proc/mounts shows them
    read_only: bool = False
    fixed: bool = False  # its names are made by the kernel alone
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def number(self, inode: Inode) -> int:
        """Return an inode's number, which it gets when somebody first asks."""
        if not inode.number:
            inode.number = next(self.numbers)
        return inode.number
