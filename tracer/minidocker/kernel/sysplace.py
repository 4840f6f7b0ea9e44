"""The system calls on what paths lead to: describe it, change its owner and mode, go there."""

import errno

from tracer.minidocker.kernel import permissions
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory, Inode, Mode, Stat, Symlink
from tracer.minidocker.kernel.lookup import MagicLink
from tracer.minidocker.kernel.mounts import Location
from tracer.minidocker.kernel.openfiles import OpenDirectory, OpenInode
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.sockets import Socket

PERMISSION_BITS = 0o7777
SPACES = ("security.", "system.", "trusted.", "user.")  # of extended attributes


def readlink(caller: Process, path: str) -> str:
    """Return the path that a symbolic link stands for."""
    inode = caller.resolve(path, follow=False).present
    if not isinstance(inode, Symlink):
        raise KernelError(errno.EINVAL)
    if isinstance(inode, MagicLink) and not inode.target:
        return inode.place.path_from(caller.root) or "/"
    return inode.target


def chmod(caller: Process, path: str, mode: Mode) -> None:
    """Change the permission bits."""
    place = caller.resolve(path).location
    _refuse_read_only(place)
    permissions.require_owner(caller, place.inode)
    writable_inode(place).mode = mode & PERMISSION_BITS


def chown(caller: Process, path: str, uid: int, gid: int) -> None:
    """Change owner and group (-1: leave it); set-user and set-group bits go."""
    _chown(caller, caller.resolve(path).location, uid, gid)


def lchown(caller: Process, path: str, uid: int, gid: int) -> None:
    """Change owner and group, of a symbolic link those of the link itself."""
    _chown(caller, caller.resolve(path, follow=False).location, uid, gid)


def _chown(caller: Process, place: Location, uid: int, gid: int) -> None:
    _refuse_read_only(place)
    permissions.require_chown(caller, place.inode, uid, gid)
    inode = writable_inode(place)
    inode.uid, inode.gid = uid if uid >= 0 else inode.uid, gid if gid >= 0 else inode.gid
    if not isinstance(inode, Directory):
        inode.mode &= ~(permissions.SET_USER | permissions.SET_GROUP)


def stat(caller: Process, path: str) -> Stat:
    """Describe what a path leads to."""
    return _describe(caller.resolve(path).location)


def lstat(caller: Process, path: str) -> Stat:
    """Describe what a path leads to; of a symbolic link, the link itself."""
    return _describe(caller.resolve(path, follow=False).location)


def fstat(caller: Process, number: int) -> Stat:
    """Describe what is open; a pipe or a socket has only a kind and an owner."""
    file = caller.open_file(number)
    if isinstance(file, OpenInode | OpenDirectory):
        return _describe(file.place)
    kind = "socket" if isinstance(file, Socket) else "fifo"
    return Stat(kind, Mode(0o600), caller.uid, caller.gid, 0, 0, "0:0", 1)


def lsetxattr(caller: Process, path: str, name: str, value: bytes) -> None:
    """Give an inode an extended attribute; those of security need the right to administer."""
    place = caller.resolve(path, follow=False).location
    _refuse_read_only(place)
    if not name.startswith(SPACES):
        raise KernelError(errno.EOPNOTSUPP)
    if name == "security.capability":
        caller.require("SETFCAP")
    elif name.startswith(("security.", "trusted.")):
        caller.require("SYS_ADMIN")
    else:
        permissions.require(caller, place.inode, permissions.WRITE)
    inode = writable_inode(place)
    inode.attributes = {**inode.attributes, name: value}


def lgetxattr(caller: Process, path: str, name: str) -> bytes:
    """Return an extended attribute."""
    attributes = caller.resolve(path, follow=False).present.attributes
    if name not in attributes:
        raise KernelError(errno.ENODATA)
    return attributes[name]


def statfs(caller: Process, path: str) -> str:
    """Return the kind of the file system that a path lies in."""
    return caller.resolve(path).location.mount.kind


def getdents(caller: Process, path: str) -> list[str]:
    """List a directory."""
    directory = caller.resolve(path).directory
    permissions.require(caller, directory, permissions.READ)
    return directory.names()


def chdir(caller: Process, path: str) -> None:
    """Change the working directory."""
    _enter(caller, caller.resolve(path).location)


def fchdir(caller: Process, number: int) -> None:
    """Change the working directory to one that is held open."""
    file = caller.open_file(number)
    if not isinstance(file, OpenDirectory):
        raise KernelError(errno.ENOTDIR)
    _enter(caller, file.place)


def chroot(caller: Process, path: str) -> None:
    """Change the root; the working directory stays where it is, even outside."""
    place = caller.resolve(path).location
    permissions.require(caller, place.dentry.directory, permissions.EXECUTE)
    caller.require("SYS_CHROOT")
    caller.root = place


def getcwd(caller: Process) -> str:
    """Return the path of the working directory; it may have none any more."""
    path = caller.cwd.path_from(caller.root)
    if path is None or caller.cwd.dentry.removed:
        raise KernelError(errno.ENOENT)
    return path


def writable_inode(place: Location) -> Inode:
    """Return the inode at a place, copied to where it can be changed."""
    dentry = place.dentry
    if dentry.above is not None and not dentry.removed:
        dentry.inode = dentry.above.directory.find_writable(dentry.name) or dentry.inode
    return dentry.inode


def _enter(caller: Process, place: Location) -> None:
    permissions.require(caller, place.dentry.directory, permissions.EXECUTE)
    caller.cwd = place


def _refuse_read_only(place: Location) -> None:
    if place.mount.read_only:
        raise KernelError(errno.EROFS)


def _describe(place: Location) -> Stat:
    inode, file_system = place.inode, place.mount.file_system
    links = inode.links
    if isinstance(inode, Directory):
        below = (inode.find(name) for name in inode.names())
        links = 2 + sum(isinstance(each, Directory) for each in below)
    return Stat(
        kind=inode.kind,
        mode=Mode(inode.mode),
        uid=inode.uid,
        gid=inode.gid,
        size=inode.size,
        inode=file_system.number(inode),
        device=file_system.device,
        links=links,
        node=inode.node if isinstance(inode, Device) else "",
    )
