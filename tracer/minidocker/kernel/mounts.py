"""Mounts: which file system is found where, separately for each mount namespace.

A mount shows a file system, or a directory of it, at a dentry of the mount below; so the mounts of
a namespace are a tree. A place is a mount and a dentry in it: the same dentry may be seen through
several mounts. Below the first file system lies an empty one, the rootfs, that nobody sees.
`propagation` says what other namespaces hear of.
Not modelled: locked mounts, user namespaces' own mounts, access times, expiry.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Flag, auto
from itertools import count

from tracer.minidocker.kernel.dentries import Dentry, FileSystem
from tracer.minidocker.kernel.files import Directory, Inode


class MountFlag(Flag):
    """The flags of mount(2) and umount2(2) that are known here."""

    MS_RDONLY = auto()
    MS_REMOUNT = auto()
    MS_BIND = auto()
    MS_REC = auto()
    MS_SLAVE = auto()
    MNT_DETACH = auto()
    MS_MOVE = auto()
    MS_SHARED = auto()
    MS_PRIVATE = auto()
    MS_UNBINDABLE = auto()
    MS_NOSUID = auto()
    MS_NODEV = auto()
    MS_NOEXEC = auto()
    MNT_FORCE = auto()
    UMOUNT_NOFOLLOW = auto()


KEPT = (
    MountFlag.MS_RDONLY | MountFlag.MS_NOSUID | MountFlag.MS_NODEV | MountFlag.MS_NOEXEC
)  # those that are a mount's own


@dataclass(eq=False)
class PeerGroup:
    """Mounts that hear of all that is mounted in any of them; slaves only listen."""

    number: int
    members: list["Mount"] = field(default_factory=list)
    slaves: list["Mount"] = field(default_factory=list)


@dataclass(eq=False)
class Mount:
    """A file system, or a part of it, at one place."""

    number: int
    file_system: FileSystem
    root: Dentry  # what is found here
    source: str
    flags: MountFlag = field(default_factory=lambda: MountFlag(0))
    namespace: "MountNamespace | None" = None  # None before it is attached and after it is detached
    parent: "Mount | None" = None
    point: Dentry | None = None  # where it is in the parent
    children: dict[Dentry, "Mount"] = field(default_factory=dict)
    group: PeerGroup | None = None  # shared with these
    master: PeerGroup | None = None  # slave of these
    unbindable: bool = False

    @property
    def kind(self) -> str:
        """The type of the file system."""
        return self.file_system.kind

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed through this mount."""
        return MountFlag.MS_RDONLY in self.flags or self.file_system.read_only

    def tree(self) -> Iterator["Mount"]:
        """List this mount and all on it, each after the one it is on."""
        yield self
        for child in list(self.children.values()):
            yield from child.tree()


@dataclass(frozen=True)
class Location:
    """A place in the tree of mounts: what paths lead to."""

    mount: Mount
    dentry: Dentry

    @property
    def inode(self) -> Inode:
        """What is there."""
        return self.dentry.inode

    @property
    def is_mount_point(self) -> bool:
        """Whether this is the root of a mount."""
        return self.dentry is self.mount.root

    @property
    def is_directory(self) -> bool:
        """Whether a directory is there."""
        return isinstance(self.inode, Directory)

    def topmost(self) -> "Location":
        """Go to what is mounted here, and on that."""
        mounted = self.mount.children.get(self.dentry)
        return Location(mounted, mounted.root).topmost() if mounted else self

    def up(self) -> "Location":
        """Go to the directory above, across the edge of a mount; at the very top stay."""
        here = self
        while here.is_mount_point and here.mount.parent and here.mount.point:
            here = Location(here.mount.parent, here.mount.point)
        if here.is_mount_point or here.dentry.above is None:
            return self
        return Location(here.mount, here.dentry.above).topmost()

    def path_from(self, root: "Location") -> str | None:
        """Write the path from a root to this place; None if it is not below that root."""
        path, here = "", self
        while here != root:
            if here.is_mount_point:
                if here.mount.parent is None or here.mount.point is None:
                    return None
                here = Location(here.mount.parent, here.mount.point)
            elif here.dentry.above is None:
                return None
            else:
                path = f"/{here.dentry.name}{path}"
                here = Location(here.mount, here.dentry.above)
        return path or "/"

    def is_below(self, other: "Location") -> bool:
        """Say whether this place is the other one or is reached through it."""
        return self.path_from(other) is not None


@dataclass(eq=False)
class MountTables:
    """What the mount namespaces of a machine share: numbers, and file systems that exist once."""

    mounts: "count[int]" = field(default_factory=lambda: count(20))
    groups: "count[int]" = field(default_factory=lambda: count(1))
    minors: "count[int]" = field(default_factory=lambda: count(2))
    single: dict[tuple[str, object], FileSystem] = field(default_factory=dict)

    def new_device(self) -> str:
        """Give out the number of a device that is no hardware."""
        return f"0:{next(self.minors)}"


class MountNamespace:
    """The mount table that a group of processes sees, in the order of mounting."""

    def __init__(self, number: int, tables: MountTables | None = None) -> None:
        self.number = number
        self.tables = tables or MountTables()
        self.mounts: list[Mount] = []
        self.copies: dict[Mount, Mount] = {}  # what became of the mounts this one was copied from
        if tables is None:
            rootfs = FileSystem("rootfs", "0:1", Dentry("", Directory()))
            self.base = self.new_mount(rootfs, "rootfs")
            self.include(self.base)

    @property
    def top(self) -> Location:
        """The root directory that the namespace starts with."""
        return Location(self.base, self.base.root).topmost()

    def boot(self, root: Directory, kind: str, source: str) -> None:
        """Mount the machine's disk."""
        disk = FileSystem(kind, "8:1", Dentry("", root))
        self.place(self.new_mount(disk, source), Location(self.base, self.base.root))

    def new_mount(self, file_system: FileSystem, source: str) -> Mount:
        """Make a mount that is nowhere yet."""
        return Mount(next(self.tables.mounts), file_system, file_system.root, source)

    def place(self, tree: Mount, at: Location) -> None:
        """Put a mount, and all on it, at a place; a mount that is there already comes to lie on it.

        Others hear nothing of it: see `propagation.attach`.
        """
        lifted = at.mount.children.get(at.dentry)
        tree.parent, tree.point = at.mount, at.dentry
        at.mount.children[at.dentry] = tree
        if lifted:
            over = Location(tree, tree.root).topmost()
            lifted.parent, lifted.point = over.mount, over.dentry
            over.mount.children[over.dentry] = lifted
        owner = at.mount.namespace
        for each in tree.tree():
            if owner and each.namespace is not owner:
                owner.include(each)

    def include(self, mount: Mount) -> None:
        """Enter a mount in the table."""
        mount.namespace = self
        self.mounts.append(mount)

    def counterpart(self, place: Location) -> Location:
        """Find a place of the namespace that this one was copied from."""
        return Location(self.copies.get(place.mount, place.mount), place.dentry)

    def visible(self, root: Location) -> list[tuple[str, Mount]]:
        """List the mounts below a root directory, with their paths from there."""
        paths = [(Location(each, each.root).path_from(root), each) for each in self.mounts]
        return [(path, each) for path, each in paths if path is not None]


def unplug(mount: Mount) -> None:
    """Take a mount away from its place; what is on it stays on it."""
    if mount.parent and mount.point:
        del mount.parent.children[mount.point]
    mount.parent = mount.point = None
