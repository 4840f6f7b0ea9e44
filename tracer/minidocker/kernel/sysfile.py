"""The system calls on paths, descriptors and mounts."""

import errno

from tracer.minidocker.kernel import roots
from tracer.minidocker.kernel.cgroups import devices, hierarchies
from tracer.minidocker.kernel.cgroups.group import Cgroup
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory, File, Inode, Open, OpenInode, Union
from tracer.minidocker.kernel.mounts import Mount, MountFlag
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.procfs import ProcDirectory


def open_(caller: Process, path: str, flags: Open) -> int:
    """Open a file and return a descriptor that does not survive execve (O_CLOEXEC, as Go does)."""
    place = caller.resolve(path)
    inode = place.inode
    if Open.O_WRONLY in flags and place.mount.read_only:
        raise KernelError(errno.EROFS)
    if inode is None and Open.O_CREAT in flags:
        inode = File(cached=True)
        place.require_writable().insert(place.name, inode)
    elif Open.O_WRONLY in flags and place.above is not None and not isinstance(inode, Device):
        inode = place.require_writable().find_writable(place.name)
    if inode is None:
        raise KernelError(errno.ENOENT)
    if Open.O_WRONLY in flags and isinstance(inode, File) and caller.system.runs(inode):
        raise KernelError(errno.ETXTBSY)
    if isinstance(inode, Device):
        devices.check(caller, inode.number, "w" if Open.O_WRONLY in flags else "r")
    if not isinstance(inode, File):
        raise KernelError(errno.EISDIR)
    if Open.O_TRUNC in flags:
        inode.truncate()
    return caller.add_descriptor(OpenInode(inode, flags), close_on_exec=True)


async def read(caller: Process, number: int) -> bytes:
    """Return the bytes that are there, sleeping until there are some; none mean end of file."""
    return await caller.open_file(number).read()


def write(caller: Process, number: int, data: bytes) -> int:
    """Write bytes and return how many."""
    return caller.open_file(number).write(data)


def close(caller: Process, number: int) -> None:
    """Give a descriptor up."""
    caller.close(number)


def dup2(caller: Process, number: int, new_number: int) -> int:
    """Make a second descriptor of the same open file, one that survives execve."""
    file = caller.open_file(number)
    if number != new_number:
        if new_number in caller.descriptors:
            caller.close(new_number)
        caller.add_descriptor(file, close_on_exec=False, number=new_number)
    return new_number


def fcntl(caller: Process, number: int, command: str, argument: str) -> None:
    """Mark a descriptor to be closed at execve."""
    caller.open_file(number)
    if (command, argument) != ("F_SETFD", "FD_CLOEXEC"):
        raise KernelError(errno.EINVAL)
    caller.descriptors[number].close_on_exec = True


def mkdir(caller: Process, path: str) -> None:
    """Make a directory."""
    place = caller.resolve(path)
    if place.inode is not None:
        raise KernelError(errno.EEXIST)
    place.require_writable().make_directory(place.name)


def rmdir(caller: Process, path: str) -> None:
    """Remove a directory; one that is a group of processes may still show its files."""
    place = caller.resolve(path)
    if place.directory.names() and not isinstance(place.directory, Cgroup):
        raise KernelError(errno.ENOTEMPTY)
    place.require_writable().remove(place.name)


def unlink(caller: Process, path: str) -> None:
    """Remove a file."""
    place = caller.resolve(path)
    if isinstance(place.present, Directory):
        raise KernelError(errno.EISDIR)
    place.require_writable().remove(place.name)


def mknod(caller: Process, path: str, device: str) -> None:
    """Make a device node, as in "c 1:3"."""
    caller.require("MKNOD")
    devices.check(caller, device, "m")
    place = caller.resolve(path)
    if place.inode is not None:
        raise KernelError(errno.EEXIST)
    place.require_writable().insert(place.name, Device(cached=True, number=device))


def stat(caller: Process, path: str) -> str:
    """Say whether a path leads to a directory or a file."""
    return "directory" if isinstance(caller.resolve(path).present, Directory) else "file"


def getdents(caller: Process, path: str) -> list[str]:
    """List a directory."""
    return caller.resolve(path).directory.names()


def chdir(caller: Process, path: str) -> None:
    """Change the working directory."""
    place = caller.resolve(path)
    if not isinstance(place.present, Directory):
        raise KernelError(errno.ENOTDIR)
    caller.cwd = place.path


def mount(
    caller: Process, source: str, target: str, kind: str, flags: MountFlag, options: str
) -> None:
    """Mount a file system, or with the flags: bind, remount, change propagation."""
    caller.require("SYS_ADMIN")
    namespace, place = caller.namespaces.mnt, caller.resolve(target)
    read_only = MountFlag.MS_RDONLY in flags
    if MountFlag.MS_REMOUNT in flags:
        namespace.change(place.path, read_only=read_only)
    elif MountFlag.MS_SLAVE in flags:
        namespace.set_propagation("slave")
    elif MountFlag.MS_BIND in flags:
        if isinstance(place.present, Directory) != isinstance(
            caller.resolve(source).present, Directory
        ):
            raise KernelError(errno.ENOTDIR)
        namespace.bind(caller.resolve(source).path, place.path, recursive=MountFlag.MS_REC in flags)
    else:
        root = _file_system(caller, kind, options)
        if not isinstance(place.present, Directory):
            raise KernelError(errno.ENOTDIR)
        namespace.add(Mount(place.path, root, kind, source, read_only))


def umount2(caller: Process, target: str, flags: MountFlag) -> None:
    """Take a mount away."""
    caller.require("SYS_ADMIN")
    caller.namespaces.mnt.detach(caller.resolve(target).path, lazy=MountFlag.MNT_DETACH in flags)


def pivot_root(caller: Process, new_root: str, put_old: str) -> None:
    """Exchange the root of the caller's mount namespace."""
    caller.require("SYS_ADMIN")
    new, old = caller.resolve(new_root), caller.resolve(put_old)
    if not (isinstance(new.present, Directory) and isinstance(old.present, Directory)):
        raise KernelError(errno.ENOTDIR)
    caller.namespaces.mnt.pivot_root(new.path, old.path)
    roots.follow_pivot(caller.system, caller.namespaces.mnt, new.path, old.path)


def _file_system(caller: Process, kind: str, options: str) -> Inode:
    match kind:
        case "tmpfs" | "sysfs" | "devpts":
            return Directory()
        case "proc":
            return ProcDirectory(caller)
        case "cgroup" | "cgroup2":
            return hierarchies.find(caller.system, kind, options)
        case "aufs":
            layers = options.removeprefix("br:").split(":")
            return Union([caller.resolve(each.partition("=")[0]).directory for each in layers])
        case _:
            raise KernelError(errno.ENODEV)
