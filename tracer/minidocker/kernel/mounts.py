"""Mount tables: which directory is found at which path, separately for each mount namespace.

A path is looked up in the mount that was made last among those that cover it, then name by name.
"""

import errno
import posixpath
from dataclasses import dataclass, field, replace
from enum import Flag, auto

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, Inode


class MountFlag(Flag):
    """The flags of mount(2) and umount2(2) that are known here."""

    MS_RDONLY = auto()
    MS_REMOUNT = auto()
    MS_BIND = auto()
    MS_REC = auto()
    MS_SLAVE = auto()
    MNT_DETACH = auto()


@dataclass(frozen=True)
class Mount:
    """One entry of a mount table."""

    point: str  # absolute path in the namespace
    root: Inode  # what is found there
    kind: str  # type of file system
    source: str
    read_only: bool = False
    propagation: str = "private"


@dataclass(frozen=True)
class Place:
    """Where a path leads: the directory, the last name, and the inode if there is one."""

    path: str
    mount: Mount
    above: Directory | None  # None at the root of a mount
    name: str
    inode: Inode | None

    @property
    def present(self) -> Inode:
        """The inode, which must be there."""
        if self.inode is None:
            raise KernelError(errno.ENOENT)
        return self.inode

    @property
    def directory(self) -> Directory:
        """The inode, which must be a directory."""
        if not isinstance(self.present, Directory):
            raise KernelError(errno.ENOTDIR)
        return self.present

    def require_writable(self) -> Directory:
        """Return the directory above, in order to change it."""
        if self.mount.read_only:
            raise KernelError(errno.EROFS)
        if self.above is None:
            raise KernelError(errno.EBUSY)
        return self.above


@dataclass(eq=False)
class MountNamespace:
    """The mount table that a group of processes sees."""

    number: int
    mounts: list[Mount] = field(default_factory=list)

    def copy(self, number: int) -> "MountNamespace":
        """Start a new namespace with the same mounts (CLONE_NEWNS)."""
        return MountNamespace(number, list(self.mounts))

    def resolve(self, path: str) -> Place:
        """Walk an absolute path."""
        path = posixpath.normpath(path)
        mount = next(each for each in reversed(self.mounts) if _covers(each.point, path))
        names = _relative(path, mount.point)
        above: Directory | None = None
        inode: Inode | None = mount.root
        for name in names:
            if inode is None:
                raise KernelError(errno.ENOENT)
            if not isinstance(inode, Directory):
                raise KernelError(errno.ENOTDIR)
            above, inode = inode, inode.find(name)
        return Place(path, mount, above, names[-1] if names else "", inode)

    def add(self, mount: Mount) -> None:
        """Mount over what was at that place."""
        self.mounts.append(mount)

    def bind(self, source: str, point: str, *, recursive: bool) -> None:
        """Show at `point` what is at `source`, with the mounts below it if recursive."""
        place = self.resolve(source)
        below = (
            [each for each in self.mounts if _covers(place.path, each.point)] if recursive else []
        )
        self.add(replace(place.mount, point=point, root=place.present, source=source))
        for each in below:
            if each.point != place.path:
                self.add(replace(each, point=point + each.point.removeprefix(place.path)))

    def change(self, point: str, *, read_only: bool) -> None:
        """Remount: change the flags of the topmost mount at a place."""
        mount = self._find(point)
        self.mounts[self.mounts.index(mount)] = replace(mount, read_only=read_only)

    def detach(self, point: str, *, lazy: bool) -> None:
        """Take a mount away; with MNT_DETACH also everything below it."""
        mount = self._find(point)
        below = [each for each in self.mounts if each is not mount and _covers(point, each.point)]
        if below and not lazy:
            raise KernelError(errno.EBUSY)
        self.mounts = [each for each in self.mounts if each is not mount and each not in below]

    def pivot_root(self, new_root: str, put_old: str) -> None:
        """Make `new_root` the root and keep the old one at `put_old`, which lies below it."""
        if not _covers(new_root, put_old):
            raise KernelError(errno.EINVAL)
        if "/" in (new_root, put_old):
            raise KernelError(errno.EBUSY)
        top = self._find(new_root)
        old_point = "/" + "/".join(_relative(put_old, new_root))
        below = [each for each in self.mounts if each.point.startswith(new_root + "/")]
        new = [top, *below]
        old = [each for each in self.mounts if each not in new]
        self.mounts = [
            *(replace(each, point="/" + "/".join(_relative(each.point, new_root))) for each in new),
            *(replace(each, point=posixpath.normpath(old_point + each.point)) for each in old),
        ]

    def set_propagation(self, propagation: str) -> None:
        """Say for all mounts whether other namespaces hear of what is mounted below them."""
        self.mounts = [replace(each, propagation=propagation) for each in self.mounts]

    def _find(self, point: str) -> Mount:
        for each in reversed(self.mounts):
            if each.point == point:
                return each
        raise KernelError(errno.EINVAL)


def _covers(point: str, path: str) -> bool:
    return point in ("/", path) or path.startswith(point + "/")


def _relative(path: str, point: str) -> list[str]:
    return [name for name in path.removeprefix(point).split("/") if name]
