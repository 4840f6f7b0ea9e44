"""Path lookup: from a root or working directory, name by name, across mounts and symbolic links."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, replace

from tracer.minidocker.kernel.dentries import Dentry
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, File, Inode, Symlink
from tracer.minidocker.kernel.mounts import Location, Mount, MountFlag

LONGEST_NAME, LONGEST_PATH, MOST_LINKS = 255, 4096, 40


class MagicLink(Symlink):
    """A link of /proc that leads to a place itself, wherever paths lead by now.

    What it reads as is the place's path, or the name of what is at no path.
    """

    def __init__(self, place: Location, name: str = "") -> None:
        super().__init__(name)
        self.place = place


@dataclass(frozen=True)
class Place:
    """Where a path leads: the directory and the last name in it, and what is there, if anything."""

    above: Location | None  # None for the path "/"
    name: str
    found: Location | None  # with what is mounted there
    dentry: Dentry | None = None  # the name itself, below what is mounted there
    slash: bool = False  # whether the path ends with a slash

    @property
    def location(self) -> Location:
        """The place, where something must be."""
        if self.found is None:
            raise KernelError(errno.ENOENT)
        return self.found

    @property
    def inode(self) -> Inode | None:
        """What is there."""
        return self.found.inode if self.found else None

    @property
    def present(self) -> Inode:
        """What is there, which must be something."""
        return self.location.inode

    @property
    def directory(self) -> Directory:
        """What is there, which must be a directory."""
        return self.location.dentry.directory if self.found else _missing()

    @property
    def mount(self) -> Mount:
        """The mount that the last name is in."""
        return (self.above or self.location).mount

    @property
    def is_plain(self) -> bool:
        """Whether the last name is one that can be made or removed."""
        return self.above is not None and self.name not in (".", "..")

    def executable(self) -> File:
        """Return the file, in order to run it."""
        if self.present.kind != "file" or not isinstance(self.present, File):
            raise KernelError(errno.EACCES)
        if not self.present.mode & 0o111 or MountFlag.MS_NOEXEC in self.location.mount.flags:
            raise KernelError(errno.EACCES)
        return self.present

    def require_writable(self) -> Directory:
        """Return the directory above, in order to change what names it holds."""
        if self.above is None:
            raise KernelError(errno.EBUSY)
        if self.above.mount.read_only:
            raise KernelError(errno.EROFS)
        if self.above.dentry.removed:
            raise KernelError(errno.ENOENT)
        if self.above.mount.file_system.fixed:
            unknown = self.dentry is None and self.above.mount.kind == "proc"
            raise KernelError(errno.ENOENT if unknown else errno.EPERM)
        return self.above.dentry.directory


@dataclass
class Walk:
    """One lookup."""

    root: Location
    search: Callable[[Inode], None]  # refuses a directory that the process may not search
    links: int = 0

    def to(self, path: str, start: Location, *, follow: bool, last: bool = False) -> Place:
        """Walk a path; `follow` a link at its end, or (`last`) stop at the last name itself."""
        if not path:
            raise KernelError(errno.ENOENT)
        if len(path) >= LONGEST_PATH:
            raise KernelError(errno.ENAMETOOLONG)
        names = [name for name in path.split("/") if name]
        slash = path.endswith("/") and bool(names)
        here = self.root if path.startswith("/") else start
        if not names:
            return Place(None, "", here)
        for name in names[:-1]:
            here = self._step(here, name, follow=True).location
        place = self._step(here, names[-1], follow=(follow or slash) and not last)
        if slash and not last and place.found and not place.found.is_directory:
            raise KernelError(errno.ENOTDIR)
        return replace(place, slash=slash)

    def _step(self, here: Location, name: str, *, follow: bool) -> Place:
        directory = here.dentry.directory
        self.search(directory)
        if name == ".":
            return Place(here, name, here)
        if name == "..":
            return Place(here, name, here.topmost() if here == self.root else here.up())
        if len(name.encode()) > LONGEST_NAME:
            raise KernelError(errno.ENAMETOOLONG)
        dentry = here.dentry.look_up(name)
        if dentry is None:
            return Place(here, name, None)
        if isinstance(dentry.inode, Symlink) and follow:
            return self._through(here, name, dentry.inode)
        return Place(here, name, Location(here.mount, dentry).topmost(), dentry)

    def _through(self, here: Location, name: str, link: Symlink) -> Place:
        self.links += 1
        if self.links > MOST_LINKS:
            raise KernelError(errno.ELOOP)
        if isinstance(link, MagicLink):
            return Place(here, name, link.place)
        return self.to(link.target, here, follow=True)


def _missing() -> Directory:
    raise KernelError(errno.ENOENT)
