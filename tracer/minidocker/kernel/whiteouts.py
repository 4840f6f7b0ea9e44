"""The branches of a union, and how they hide names of the branches below.

aufs keeps a whiteout as a file and an opaque directory by a file in it; overlay as a device node
0:0, and an attribute of the directory.
"""

import errno
from dataclasses import dataclass, field

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory, File, Inode

PREFIX = ".wh."  # aufs: a file with this in front of a name hides the name
OPAQUE = ".wh..wh..opq"  # aufs: a file of this name makes its directory opaque
NODE = "c 0:0"  # overlay: a device node of this number hides its own name


@dataclass(frozen=True)
class Branch:
    """One of the directories of a union."""

    path: str  # as it was named when mounting
    writable: bool
    directory: Directory


@dataclass(eq=False)
class Union:
    """The branches, topmost first, and how they hide names."""

    kind: str  # aufs or overlay
    branches: list[Branch] = field(default_factory=list)

    def hides(self, layer: Directory, name: str) -> bool:
        """Say whether a directory of a branch has a whiteout for a name."""
        if self.kind == "aufs":
            return name.startswith(PREFIX) or layer.find(PREFIX + name) is not None
        return is_node(layer.find(name))

    def is_opaque(self, layer: Directory) -> bool:
        """Say whether a directory of a branch hides those below it."""
        return layer.opaque if self.kind == "overlay" else layer.find(OPAQUE) is not None

    def hide(self, layer: Directory, name: str) -> None:
        """Put a whiteout into a directory of a branch."""
        if self.kind == "aufs":
            layer.insert(PREFIX + name, File(mode=0o444))
        else:
            layer.insert(name, Device(number=NODE, mode=0))

    def unhide(self, layer: Directory, name: str) -> bool:
        """Take a whiteout away, if there is one."""
        whiteout = PREFIX + name if self.kind == "aufs" else name
        found = layer.find(whiteout)
        if found is None or (self.kind == "overlay" and not is_node(found)):
            return False
        layer.remove(whiteout)
        return True

    def make_opaque(self, layer: Directory) -> None:
        """Have a directory of a branch hide those below it."""
        layer.opaque = self.kind == "overlay"
        if self.kind == "aufs":
            layer.insert(OPAQUE, File(mode=0o444))

    def refuse(self, name: str, inode: Inode | None = None) -> None:
        """Refuse names and nodes that would be whiteouts."""
        if (self.kind == "aufs" and name.startswith(PREFIX)) or (
            self.kind == "overlay" and is_node(inode)
        ):
            raise KernelError(errno.EPERM)

    def hidden(self, layer: Directory) -> list[str]:
        """List the names that a directory of a branch has whiteouts for."""
        if self.kind == "overlay":
            return [name for name in layer.names() if is_node(layer.find(name))]
        names = (name for name in layer.names() if not name.startswith(PREFIX * 2))
        return [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]


def is_node(inode: Inode | None) -> bool:
    """Say whether an inode is the node that overlay hides a name with."""
    return isinstance(inode, Device) and inode.node == NODE
