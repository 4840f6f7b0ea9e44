"""The system calls on names: they make, move and remove them.

Not modelled: the mask for new files (umask): a mode is taken as it is given.
"""

import errno

from tracer.minidocker.kernel import permissions
from tracer.minidocker.kernel.cgroups import devices
from tracer.minidocker.kernel.cgroups.group import Cgroup
from tracer.minidocker.kernel.dentries import Dentry
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory, Fifo, Inode, Mode, Symlink
from tracer.minidocker.kernel.lookup import Place
from tracer.minidocker.kernel.mounts import Location, Mount
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.propagation import detach
from tracer.minidocker.kernel.sysplace import PERMISSION_BITS, writable_inode


def make(caller: Process, place: Place, inode: Inode) -> Location:
    """Give a new inode, owned by the caller, a name that nothing has yet."""
    directory = _directory_for_new(caller, place)
    inode.uid, inode.gid = caller.uid, _group(caller, directory)
    directory.insert(place.name, inode)
    return _made(place)


def mkdir(caller: Process, path: str, mode: Mode) -> None:
    """Make a directory."""
    place = caller.resolve(path, last=True)
    directory = _directory_for_new(caller, place)
    directory.make_directory(place.name)
    made = _made(place).inode
    if not isinstance(directory, Cgroup):
        made.mode = mode & 0o1777 | directory.mode & permissions.SET_GROUP
        made.uid, made.gid = caller.uid, _group(caller, directory)


def mknod(caller: Process, path: str, device: str, mode: Mode) -> None:
    """Make a device node ("c 1:3") or a named pipe ("p")."""
    place = caller.resolve(path, last=True)
    kind, _, number = device.partition(" ")
    if kind not in ("c", "b", "p") or (kind != "p") != (":" in number):
        raise KernelError(errno.EINVAL)
    node: Inode = Fifo()
    if kind != "p":
        _directory_for_new(caller, place)
        caller.require("MKNOD")
        devices.check(caller, device, "m")
        node = Device(cached=True, number=device)
    node.mode = mode & PERMISSION_BITS
    _refuse_slash(place)
    make(caller, place, node)


def symlink(caller: Process, target: str, path: str) -> None:
    """Make a name for a path, whether or not that leads anywhere."""
    if not target:
        raise KernelError(errno.ENOENT)
    place = caller.resolve(path, last=True)
    _refuse_slash(place)
    make(caller, place, Symlink(target))


def link(caller: Process, old: str, new: str) -> None:
    """Give an inode a second name in the same mount."""
    source = caller.resolve(old, follow=False).location
    place = caller.resolve(new, last=True)
    _require_new(place)
    _refuse_slash(place)
    if source.mount is not place.mount:
        raise KernelError(errno.EXDEV)
    permissions.require_link(caller, source.inode)
    directory = _directory_for_new(caller, place)
    if source.is_directory:
        raise KernelError(errno.EPERM)
    directory.insert(place.name, writable_inode(source))


def unlink(caller: Process, path: str) -> None:
    """Remove a name that is not a directory's."""
    place = caller.resolve(path, last=True)
    if not place.is_plain:
        raise KernelError(errno.EISDIR)
    dentry = _existing(place)
    if place.slash:
        raise KernelError(errno.EISDIR if isinstance(dentry.inode, Directory) else errno.ENOTDIR)
    directory = _changeable(caller, place, dentry)
    if isinstance(dentry.inode, Directory):
        raise KernelError(errno.EISDIR)
    _refuse_mount_point(caller, dentry)
    directory.remove(place.name)
    _forget(caller, place, dentry)


def rmdir(caller: Process, path: str) -> None:
    """Remove an empty directory; one that is a group of processes may still show its files."""
    place = caller.resolve(path, last=True)
    if not place.is_plain:
        wrong = {".": errno.EINVAL, "..": errno.ENOTEMPTY}
        raise KernelError(wrong.get(place.name, errno.EBUSY))
    dentry = _existing(place)
    directory = _changeable(caller, place, dentry)
    removed = dentry.directory
    _refuse_mount_point(caller, dentry)
    if removed.names() and not isinstance(removed, Cgroup):
        raise KernelError(errno.ENOTEMPTY)
    directory.remove(place.name)
    _forget(caller, place, dentry)


def rename(caller: Process, old: str, new: str) -> None:
    """Move a name, within one mount; what has the new name is replaced."""
    source, target = caller.resolve(old, last=True), caller.resolve(new, last=True)
    if source.mount is not target.mount:
        raise KernelError(errno.EXDEV)
    if not (source.is_plain and target.is_plain) or not (source.above and target.above):
        raise KernelError(errno.EBUSY)
    dentry = _existing(source)
    if (source.slash or target.slash) and not isinstance(dentry.inode, Directory):
        raise KernelError(errno.ENOTDIR)
    if target.above.dentry.is_below(dentry):
        raise KernelError(errno.EINVAL)
    if target.dentry and source.above.dentry.is_below(target.dentry):
        raise KernelError(errno.ENOTEMPTY)
    if target.dentry and target.dentry.inode is dentry.inode:
        return
    directory = _changeable(caller, source, dentry)
    receiving = _check_target(caller, dentry, target)
    _move(dentry, directory, receiving, target)
    if target.dentry:
        _forget(caller, target, target.dentry)
    source.above.dentry.move(source.name, target.above.dentry, target.name)


def _directory_for_new(caller: Process, place: Place) -> Directory:
    _require_new(place)
    return _changeable(caller, place, None)


def _require_new(place: Place) -> None:
    if place.dentry or not place.is_plain:
        raise KernelError(errno.EEXIST)


def _existing(place: Place) -> Dentry:
    if place.above and place.mount.read_only:
        raise KernelError(errno.EROFS)
    if place.dentry is None:
        raise KernelError(errno.ENOENT)
    return place.dentry


def _changeable(caller: Process, place: Place, dentry: Dentry | None) -> Directory:
    """Return the directory that holds a name, which the caller must be allowed to change."""
    directory = place.require_writable()
    permissions.require_change(caller, directory, dentry.inode if dentry else None)
    return directory


def _check_target(caller: Process, moved: Dentry, target: Place) -> Directory:
    """Check what rename would replace, and return the directory that it would change."""
    replaced = target.dentry
    directory = _changeable(caller, target, replaced)
    if replaced:
        if isinstance(replaced.inode, Directory) and not isinstance(moved.inode, Directory):
            raise KernelError(errno.EISDIR)
        if isinstance(moved.inode, Directory):
            replaced.directory  # noqa: B018  (ENOTDIR)
        _refuse_mount_point(caller, replaced)
    if isinstance(moved.inode, Directory) and moved.above and moved.above.inode is not directory:
        permissions.require(caller, moved.inode, permissions.WRITE)  # its `..` changes
    _refuse_mount_point(caller, moved)
    if isinstance(moved.inode, Directory) and not moved.inode.is_movable():
        raise KernelError(errno.EXDEV)
    if replaced and isinstance(replaced.inode, Directory) and replaced.directory.names():
        raise KernelError(errno.ENOTEMPTY)
    return directory


def _move(dentry: Dentry, directory: Directory, receiving: Directory, target: Place) -> None:
    moved = directory.find_writable(dentry.name)
    assert moved is not None  # its dentry was just looked up
    if target.dentry:
        receiving.remove(target.name)
    receiving.insert(target.name, moved)
    directory.remove(dentry.name)


def _forget(caller: Process, place: Place, dentry: Dentry) -> None:
    """Drop a name, and what other mount namespaces have mounted on it."""
    if place.above:
        place.above.dentry.forget(place.name)
    dentry.removed = True
    for mount in _mounted_on(caller, dentry):
        if mount.namespace:
            detach(mount)


def _mounted_on(caller: Process, dentry: Dentry) -> list[Mount]:
    spaces = dict.fromkeys(each.namespaces.mnt for each in caller.system.processes.values())
    return [each for space in spaces for each in space.mounts if each.point is dentry]


def _refuse_mount_point(caller: Process, dentry: Dentry) -> None:
    """Keep names that something is mounted on, in the caller's namespace."""
    if any(each.point is dentry for each in caller.namespaces.mnt.mounts):
        raise KernelError(errno.EBUSY)


def _refuse_slash(place: Place) -> None:
    if place.slash and place.dentry is None:
        raise KernelError(errno.ENOENT)


def _made(place: Place) -> Location:
    assert place.above is not None  # it was just made there
    dentry = place.above.dentry.look_up(place.name)
    assert dentry is not None
    return Location(place.above.mount, dentry)


def _group(caller: Process, directory: Directory) -> int:
    return directory.gid if directory.mode & permissions.SET_GROUP else caller.gid
