"""The system calls that change the tree of mounts: mount, umount2, pivot_root.

Which of its six jobs mount(2) does is decided by the flags, in the order in which `mount` asks.
Not modelled: a running program does not keep the mount of its file busy.
"""

import errno
from collections.abc import Iterable, Iterator

from tracer.minidocker.kernel import filesystems, propagation
from tracer.minidocker.kernel.dentries import FileSystem
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import KEPT, Location, Mount, MountFlag, unplug
from tracer.minidocker.kernel.openfiles import OpenDirectory, OpenInode
from tracer.minidocker.kernel.processes import Process

UMOUNT_FLAGS = MountFlag.MNT_DETACH | MountFlag.MNT_FORCE | MountFlag.UMOUNT_NOFOLLOW


def mount(
    caller: Process, source: str, target: str, kind: str, flags: MountFlag, options: str
) -> None:
    """Mount a file system, or with the flags: remount, bind, change propagation, move."""
    at = caller.resolve(target).location
    caller.require("SYS_ADMIN")
    if MountFlag.MS_REMOUNT in flags:
        _remount(caller, at, flags, options)
    elif MountFlag.MS_BIND in flags:
        _bind(caller, source, at.topmost(), flags)
    elif flags & propagation.KINDS:
        _change(caller, at, flags)
    elif MountFlag.MS_MOVE in flags:
        _move(caller, source, at.topmost())
    else:
        _mount_new(caller, source, at.topmost(), kind, flags, options)


def umount2(caller: Process, target: str, flags: MountFlag) -> None:
    """Take a mount away; with MNT_DETACH also one that is in use, with all that is on it."""
    if flags & ~UMOUNT_FLAGS:
        raise KernelError(errno.EINVAL)
    place = caller.resolve(target, follow=MountFlag.UMOUNT_NOFOLLOW not in flags).location.topmost()
    caller.require("SYS_ADMIN")
    _require_mount_point(caller, place)
    if place.mount.parent is None:
        raise KernelError(errno.EINVAL)
    if MountFlag.MNT_DETACH not in flags:
        if place.mount is caller.root.mount:
            _set_read_only(caller, place.mount.file_system, read_only=True)  # it stays
            return
        _refuse_busy(caller, place.mount)
    propagation.detach(place.mount)


def pivot_root(caller: Process, new_root: str, put_old: str) -> None:
    """Make a mount the root of its namespace and put the old root on a directory below it.

    All processes whose root or working directory is the old root go to the new one.
    """
    caller.require("SYS_ADMIN")
    new, old, root = (
        _directory(caller, new_root),
        _directory(caller, put_old).topmost(),
        caller.root,
    )
    _check_pivot(caller, new, old, root)
    parent, point = root.mount.parent, root.mount.point
    assert parent is not None  # checked: the root is mounted on something
    assert point is not None
    for each in (new.mount, root.mount):
        unplug(each)
    new_place = Location(parent, point)
    caller.namespaces.mnt.place(new.mount, new_place)
    caller.namespaces.mnt.place(root.mount, old)
    for process in caller.system.processes.values():
        process.cwd = new if process.cwd == root else process.cwd
        process.root = new if process.root == root else process.root


def _check_pivot(caller: Process, new: Location, old: Location, root: Location) -> None:
    if old.mount.namespace is None or old.dentry.removed:
        raise KernelError(errno.ENOENT)
    parents = (new.mount.parent, root.mount.parent)
    if old.mount.group or any(each.group for each in parents if each):
        raise KernelError(errno.EINVAL)
    if not _is_here(caller, new.mount) or not _is_here(caller, root.mount):
        raise KernelError(errno.EINVAL)
    if new.dentry.removed:
        raise KernelError(errno.ENOENT)
    if root.mount in (new.mount, old.mount):
        raise KernelError(errno.EBUSY)
    if not (root.is_mount_point and new.is_mount_point and all(parents)):
        raise KernelError(errno.EINVAL)
    if not (old.is_below(new) and new.is_below(root)):
        raise KernelError(errno.EINVAL)


def _remount(caller: Process, at: Location, flags: MountFlag, options: str) -> None:
    """Change the flags of a mount; without MS_BIND those of its file system too."""
    _require_mount_point(caller, at)
    file_system, read_only = at.mount.file_system, MountFlag.MS_RDONLY in flags
    if MountFlag.MS_BIND in flags:
        if read_only and not at.mount.read_only:
            _refuse_written(each for each in _open_files(caller) if each.place.mount is at.mount)
    else:
        filesystems.add_branches(caller, file_system, options)
        _set_read_only(caller, file_system, read_only=read_only)
    at.mount.flags = flags & KEPT


def _bind(caller: Process, source: str, at: Location, flags: MountFlag) -> None:
    """Show a place at a second one; with MS_REC with the mounts on it."""
    if not source:
        raise KernelError(errno.EINVAL)
    found = caller.resolve(source).location
    _require_target(caller, at)
    if found.mount.unbindable or not _is_here(caller, found.mount):
        raise KernelError(errno.EINVAL)
    if found.dentry.removed:
        raise KernelError(errno.ENOENT)
    if found.is_directory != at.is_directory:
        raise KernelError(errno.ENOTDIR)
    copy = propagation.clone_tree if MountFlag.MS_REC in flags else propagation.clone
    namespace = caller.namespaces.mnt
    propagation.attach(copy(found.mount, found.dentry, namespace), at, namespace)


def _change(caller: Process, at: Location, flags: MountFlag) -> None:
    """Change the propagation of a mount; with MS_REC of those on it too."""
    kind = flags & ~MountFlag.MS_REC
    if len(kind) != 1 or kind & ~propagation.KINDS:
        raise KernelError(errno.EINVAL)
    _require_mount_point(caller, at)
    for each in at.mount.tree() if MountFlag.MS_REC in flags else [at.mount]:
        propagation.change(each, kind, caller.namespaces.mnt)


def _move(caller: Process, source: str, at: Location) -> None:
    """Take a mount from its place to another."""
    if not source:
        raise KernelError(errno.EINVAL)
    moved = caller.resolve(source).location
    parent = moved.mount.parent
    if not moved.is_mount_point:
        raise KernelError(errno.EINVAL)
    _require_target(caller, at)
    if not _is_here(caller, moved.mount) or parent is None or parent.group:
        raise KernelError(errno.EINVAL)
    if moved.is_directory != at.is_directory:
        raise KernelError(errno.EINVAL)
    if at.mount.group and any(each.unbindable for each in moved.mount.tree()):
        raise KernelError(errno.EINVAL)
    if at.mount in moved.mount.tree():
        raise KernelError(errno.ELOOP)
    unplug(moved.mount)
    propagation.attach(moved.mount, at, caller.namespaces.mnt)


def _mount_new(
    caller: Process, source: str, at: Location, kind: str, flags: MountFlag, options: str
) -> None:
    """Mount a file system of its own."""
    file_system = filesystems.make(caller, kind, options)
    _require_target(caller, at)
    if at.is_mount_point and at.mount.file_system is file_system:
        raise KernelError(errno.EBUSY)
    if not at.is_directory:
        raise KernelError(errno.ENOTDIR)
    if file_system not in caller.namespaces.mnt.tables.single.values():
        file_system.read_only |= MountFlag.MS_RDONLY in flags
    made = caller.namespaces.mnt.new_mount(file_system, source)
    made.flags = flags & KEPT
    propagation.attach(made, at, caller.namespaces.mnt)


def _directory(caller: Process, path: str) -> Location:
    found = caller.resolve(path).location
    if not found.is_directory:
        raise KernelError(errno.ENOTDIR)
    return found


def _is_here(caller: Process, mount: Mount) -> bool:
    return mount.namespace is caller.namespaces.mnt


def _require_target(caller: Process, place: Location) -> None:
    """Refuse to mount on what is gone, or belongs to another namespace."""
    if place.mount.namespace is None or place.dentry.removed:
        raise KernelError(errno.ENOENT)
    if not _is_here(caller, place.mount):
        raise KernelError(errno.EINVAL)


def _require_mount_point(caller: Process, place: Location) -> None:
    if not (place.is_mount_point and _is_here(caller, place.mount)):
        raise KernelError(errno.EINVAL)


def _refuse_busy(caller: Process, mount: Mount) -> None:
    """Refuse to unmount what carries other mounts or is in use, here or where it propagated to."""
    if mount.children or _is_used(caller, mount):
        raise KernelError(errno.EBUSY)
    for copied in propagation.copies_of(mount):
        if not copied.children and _is_used(caller, copied):
            raise KernelError(errno.EBUSY)


def _is_used(caller: Process, mount: Mount) -> bool:
    return any(place.mount is mount for place in _places(caller))


def _places(caller: Process) -> Iterator[Location]:
    """List where all processes are and what they have open."""
    for process in caller.system.processes.values():
        if process.status is None:
            yield from (process.cwd, process.root)
    yield from (each.place for each in _open_files(caller))


def _open_files(caller: Process) -> Iterator[OpenInode | OpenDirectory]:
    """List what all processes have open in file systems."""
    for process in caller.system.processes.values():
        for descriptor in process.descriptors.values():
            if isinstance(descriptor.file, OpenInode | OpenDirectory):
                yield descriptor.file


def _set_read_only(caller: Process, file_system: FileSystem, *, read_only: bool) -> None:
    """Make a file system read-only, unless files are written or wait for their removal."""
    if read_only and not file_system.read_only:
        inside = [each for each in _places(caller) if each.mount.file_system is file_system]
        if any(each.dentry.removed for each in inside):
            raise KernelError(errno.EBUSY)
        files = (each for each in _open_files(caller) if each.place in inside)
        _refuse_written(files)
    file_system.read_only = read_only


def _refuse_written(files: Iterable[OpenInode | OpenDirectory]) -> None:
    if any(isinstance(each, OpenInode) and each.writable for each in files):
        raise KernelError(errno.EBUSY)
