"""Union file systems, aufs and overlay: directories stacked on each other and seen as one.

The topmost branch alone is ever changed: a file of a lower one is copied up first, and a name that
is removed while a lower branch has it is covered by a whiteout (see `whiteouts`). A directory made
where a whiteout was is opaque: those of its name below are not merged into it.
A descriptor opened for reading keeps showing the lower file after it was copied up, as overlay has
it. A directory with lower branches cannot be renamed (EXDEV).
Not modelled: writing to a second branch, hard links kept across a copy-up, the files by which aufs
marks a branch as its own, redirected directories.
"""

import errno

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, Inode
from tracer.minidocker.kernel.whiteouts import Union


class UnionDirectory(Directory):
    """A directory of a union: it looks into the branches anew each time."""

    def __init__(self, union: Union, above: "UnionDirectory | None" = None, name: str = "") -> None:
        self.union, self.above, self.name = union, above, name
        self.below: dict[str, UnionDirectory] = {}

    def layers(self) -> list[Directory]:
        """List the directories that are merged here, topmost first."""
        if self.above is None:
            return [each.directory for each in self.union.branches]
        found: list[Directory] = []
        for layer in self.above.layers():
            entry = layer.find(self.name)
            if self.union.hides(layer, self.name):
                break
            if isinstance(entry, Directory):
                found.append(entry)
                if self.union.is_opaque(entry):
                    break
            elif entry is not None:
                break
        return found

    def upper(self) -> Directory | None:
        """Return the directory of the topmost branch, if it is there."""
        if self.above is None:
            return self.union.branches[0].directory
        above = self.above.upper()
        entry = above.find(self.name) if above else None
        return entry if isinstance(entry, Directory) else None

    def copy_up(self) -> Directory:
        """Make this directory in the topmost branch, with owner and mode."""
        upper = self.upper()
        if upper is None and self.above is not None:
            lower, above = self.layers()[0], self.above.copy_up()
            above.make_directory(self.name)
            upper = self.upper()
            if upper is not None:
                upper.mode, upper.uid, upper.gid = lower.mode, lower.uid, lower.gid
        if upper is None:
            raise KernelError(errno.ENOENT)
        return upper

    @property
    def mode(self) -> int:
        """Permission bits: those of the topmost layer."""
        return self._topmost().mode

    @mode.setter
    def mode(self, mode: int) -> None:
        self.copy_up().mode = mode

    @property
    def uid(self) -> int:
        """The owner: that of the topmost layer."""
        return self._topmost().uid

    @uid.setter
    def uid(self, uid: int) -> None:
        self.copy_up().uid = uid

    @property
    def gid(self) -> int:
        """The group: that of the topmost layer."""
        return self._topmost().gid

    @gid.setter
    def gid(self, gid: int) -> None:
        self.copy_up().gid = gid

    def names(self) -> list[str]:
        """List the names of all layers that are not hidden."""
        names = {name for layer in self.layers() for name in layer.names()}
        return sorted(name for name in names if self.find(name))

    def find(self, name: str) -> Inode | None:
        """Find the topmost of that name; directories of one name are merged."""
        for layer in self.layers():
            entry = layer.find(name)
            if self.union.hides(layer, name):
                return None
            if isinstance(entry, Directory):
                return self.below.setdefault(name, UnionDirectory(self.union, self, name))
            if entry is not None:
                return entry
        return None

    def insert(self, name: str, inode: Inode) -> None:
        """Give an inode a name in the topmost layer; a directory covers those below."""
        self.union.refuse(name, inode)
        upper = self.copy_up()
        self.union.unhide(upper, name)
        if not isinstance(inode, UnionDirectory):
            upper.insert(name, inode)
            return
        moved = inode.copy_up()
        if self._lower_has(name):
            self.union.make_opaque(moved)
        upper.insert(name, moved)
        inode.above, inode.name = self, name
        self.below[name] = inode

    def remove(self, name: str) -> None:
        """Take a name away; if a layer below has it, hide it there."""
        upper = self.copy_up()
        if upper.find(name) is not None:
            upper.remove(name)
        self.below.pop(name, None)
        if self._lower_has(name):
            self.union.hide(upper, name)

    def make_directory(self, name: str) -> None:
        """Make a directory in the topmost layer, opaque if it takes the place of a whiteout."""
        self.union.refuse(name)
        upper = self.copy_up()
        replaces = self.union.unhide(upper, name)
        upper.make_directory(name)
        made = upper.find(name)
        if replaces and isinstance(made, Directory):
            self.union.make_opaque(made)

    def find_writable(self, name: str) -> Inode | None:
        """Copy a file of a lower layer up, so that it can be changed."""
        found = self.find(name)
        if found is None or isinstance(found, Directory):
            return found
        upper = self.copy_up()
        if upper.find(name) is not found:
            found = found.copied()
            upper.insert(name, found)
        return found

    def is_movable(self) -> bool:
        """Say whether rename can move it: not if anything of it lies in a lower layer."""
        return self.layers() == [self.upper()]

    def _topmost(self) -> Directory:
        layers = self.layers()
        if not layers:
            raise KernelError(errno.ENOENT)
        return layers[0]

    def _lower_has(self, name: str) -> bool:
        upper = self.upper()
        for layer in self.layers():
            if layer is not upper:
                if self.union.hides(layer, name):
                    return False
                if layer.find(name) is not None:
                    return True
        return False
