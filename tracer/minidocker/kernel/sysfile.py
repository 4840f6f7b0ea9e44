"""The system calls on open files."""

import errno

from tracer.minidocker.kernel import exit as ending
from tracer.minidocker.kernel import permissions, signals
from tracer.minidocker.kernel.cgroups import devices
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import (
    DRIVEN,
    Device,
    Directory,
    File,
    Mode,
    Open,
    OpenFile,
    Symlink,
)
from tracer.minidocker.kernel.lookup import Place
from tracer.minidocker.kernel.mounts import Location, MountFlag
from tracer.minidocker.kernel.openfiles import OpenDirectory, OpenInode
from tracer.minidocker.kernel.permissions import READ, WRITE
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.kernel.sysname import make
from tracer.minidocker.kernel.sysplace import writable_inode

WRITING = Open.O_WRONLY | Open.O_RDWR


def open_(caller: Process, path: str, flags: Open, mode: Mode = Mode(0o644)) -> int:  # noqa: B008
    """Open a file and return a descriptor that does not survive execve (O_CLOEXEC, as Go does)."""
    if Open.O_CREAT in flags and path.strip("/") and path.endswith("/"):
        caller.resolve(path, last=True)
        raise KernelError(errno.EISDIR)
    exclusive = Open.O_CREAT in flags and Open.O_EXCL in flags
    place = caller.resolve(path, follow=Open.O_NOFOLLOW not in flags and not exclusive)
    created = place.found is None and Open.O_CREAT in flags
    if created:
        place = _create(caller, place, mode)
    elif exclusive and place.found:
        raise KernelError(errno.EEXIST)
    return caller.add_descriptor(_open(caller, place, flags, created=created), close_on_exec=True)


async def read(caller: Process, number: int) -> bytes:
    """Return the bytes that are there, sleeping until there are some; none mean end of file."""
    return await caller.open_file(number).read()


def write(caller: Process, number: int, data: bytes) -> int:
    """Write bytes and return how many; who writes to nobody gets SIGPIPE too."""
    try:
        return caller.open_file(number).write(data)
    except KernelError as refused:
        if refused.errno == errno.EPIPE:
            signals.send(caller, Signal.SIGPIPE, None)
            ending.act_on_signals(caller)
        raise


def lseek(caller: Process, number: int, offset: int) -> int:
    """Move the offset of an open file, counted from its beginning (SEEK_SET)."""
    file = caller.open_file(number)
    if not isinstance(file, OpenInode | OpenDirectory):
        raise KernelError(errno.ESPIPE)
    return file.seek(offset)


def ftruncate(caller: Process, number: int, length: int) -> None:
    """Set the length of an open file."""
    file = caller.open_file(number)
    if not isinstance(file, OpenInode):
        raise KernelError(errno.EINVAL)
    file.truncate(length)


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


def _create(caller: Process, place: Place, mode: Mode) -> Place:
    made = make(caller, place, File(cached=True, mode=mode))
    return Place(place.above, place.name, made, made.dentry)


def _open(caller: Process, place: Place, flags: Open, *, created: bool) -> OpenFile:
    inode, writing = place.present, bool(flags & WRITING) or Open.O_TRUNC in flags
    if Open.O_DIRECTORY in flags and not isinstance(inode, Directory):
        raise KernelError(errno.ENOTDIR)
    if isinstance(inode, Symlink):
        raise KernelError(errno.ELOOP)
    if isinstance(inode, Directory) and (writing or Open.O_CREAT in flags):
        raise KernelError(errno.EISDIR)
    if not created:
        _allow(caller, place.location, flags, writing=writing)
    if isinstance(inode, Directory):
        return OpenDirectory(place.location)
    if not isinstance(inode, File):
        raise KernelError(errno.ENXIO)
    if isinstance(inode, Device) and inode.node.partition(":")[0] not in DRIVEN:
        raise KernelError(errno.ENXIO)
    if writing and caller.system.runs(inode):
        raise KernelError(errno.ETXTBSY)
    if writing:
        inode = writable_inode(place.location)
    assert isinstance(inode, File)  # copied up, it is still a file
    if Open.O_TRUNC in flags:
        inode.truncate()
    return OpenInode(inode, flags, place.location)


def _allow(caller: Process, place: Location, flags: Open, *, writing: bool) -> None:
    wanted = (WRITE if writing else 0) | (0 if Open.O_WRONLY in flags else READ)
    permissions.require(caller, place.inode, wanted)
    if isinstance(place.inode, Device):
        if MountFlag.MS_NODEV in place.mount.flags:
            raise KernelError(errno.EACCES)
        letters = "rw" if Open.O_RDWR in flags else "w" if Open.O_WRONLY in flags else "r"
        devices.check(caller, place.inode.node, letters)
    elif writing and place.mount.read_only:
        raise KernelError(errno.EROFS)
