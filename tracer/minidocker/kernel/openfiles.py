"""Open files and directories of the file system; each keeps the mount that it was found in busy."""

import errno

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import File, Open, OpenFile
from tracer.minidocker.kernel.mounts import Location

UNIONS = ("aufs", "overlay")


class OpenInode(OpenFile):
    """A file of the file system with an offset."""

    def __init__(self, file: File, flags: Open, place: Location) -> None:
        super().__init__()
        self.file, self.flags = file, flags
        self.place = place  # where it was opened: keeps that mount busy
        self.offset = 0

    @property
    def writable(self) -> bool:
        """Whether it was opened for writing."""
        return bool(self.flags & (Open.O_WRONLY | Open.O_RDWR))

    async def read(self) -> bytes:
        """Return the rest of the file."""
        if Open.O_WRONLY in self.flags:
            raise KernelError(errno.EBADF)
        data = self._copied_up().read_from(self.offset)
        self.offset += len(data)
        self.file.cached = True
        return data

    def write(self, data: bytes) -> int:
        """Write at the offset, or with O_APPEND at the end, and move it."""
        if not self.writable:
            raise KernelError(errno.EBADF)
        if Open.O_APPEND in self.flags:
            self.offset = self.file.size
        self.file.write(data, self.offset)
        self.offset += len(data)
        return len(data)

    def _copied_up(self) -> File:
        """Return the file; in a union, the copy that somebody has made of it since."""
        if not self.place.dentry.removed and self.place.mount.kind in UNIONS:
            inode = self.place.inode
            return inode if isinstance(inode, File) else self.file
        return self.file

    def seek(self, offset: int) -> int:
        """Move the offset, also beyond the end."""
        if offset < 0:
            raise KernelError(errno.EINVAL)
        self.offset = offset
        return offset

    def truncate(self, length: int) -> None:
        """Set the file's length."""
        if length < 0 or not self.writable:
            raise KernelError(errno.EINVAL)
        self.file.truncate(length)


class OpenDirectory(OpenFile):
    """A directory that is held open: a place to come back to."""

    def __init__(self, place: Location) -> None:
        super().__init__()
        self.place = place

    def seek(self, offset: int) -> int:
        """Take any offset that is not negative; names are always read from the first."""
        if offset < 0:
            raise KernelError(errno.EINVAL)
        return offset

    async def read(self) -> bytes:
        """Refuse: names are read with getdents."""
        raise KernelError(errno.EISDIR)

    def write(self, data: bytes) -> int:
        """Refuse: a directory is never open for writing."""
        del data
        raise KernelError(errno.EBADF)
