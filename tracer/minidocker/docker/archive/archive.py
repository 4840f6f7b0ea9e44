"""Pack directories and unpack them again, with owners, modes, links and capabilities."""

import bz2
import gzip
import posixpath
import tarfile
from collections.abc import Awaitable, Callable
from io import BytesIO

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import system
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.golib.pipe import Pipe, Reader, read_all
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.twin import twin_of

MAGICS = {b"\x1f\x8b\x08": gzip.decompress, b"BZh": bz2.decompress}  # how archives begin
CAPABILITY = "security.capability"  # the one attribute that must survive: ping and others need it
RECORD = "SCHILY.xattr."  # how an archive names an attribute
KINDS = {
    "directory": tarfile.DIRTYPE,
    "symlink": tarfile.SYMTYPE,
    "fifo": tarfile.FIFOTYPE,
    "file": tarfile.REGTYPE,
}
Closer = Callable[[], Awaitable[None]]


class Archive:
    """A tar stream, and what is to be done when nobody needs it any more."""

    def __init__(self, reader: Reader, closer: Closer | None = None) -> None:
        self.reader, self.closer = reader, closer

    async def read(self) -> bytes:
        """Return the next piece; no bytes mean the end."""
        return await self.reader.read()

    async def close(self) -> None:
        """Do what is to be done."""
        if self.closer:
            await self.closer()


class TarWriter(tarfile.TarFile):
    """Entries on their way into a pipe."""

    def __init__(self, pipe: Pipe) -> None:
        self.pipe = pipe
        super().__init__(mode="w", fileobj=BytesIO(), format=tarfile.PAX_FORMAT)

    def add_entry(self, header: tarfile.TarInfo, content: bytes = b"") -> None:
        """Write one entry."""
        header.size = len(content)
        self.addfile(header, BytesIO(content))
        self.flush()

    def flush(self) -> None:
        """Hand over what was written so far."""
        assert isinstance(self.fileobj, BytesIO)
        self.pipe.write(self.fileobj.getvalue())
        self.fileobj.seek(0)
        self.fileobj.truncate()

    def finish(self) -> None:
        """Write the end of the archive."""
        self.close()
        self.flush()
        self.pipe.close()


@twin_of("github.com/docker/docker/archive.TarWithOptions")
def tar_with_options(directory: str) -> Archive:
    """Pack in the background: whoever reads need not wait for the whole archive."""
    pipe = Pipe()
    goroutine.start(_pack(directory, pipe))
    return Archive(pipe)


@twin_of("github.com/docker/docker/archive.TarWithOptions$1")
async def _pack(directory: str, pipe: Pipe) -> None:
    """Visit every file; one that is gone by now is passed over."""
    writer = TarWriter(pipe)
    for path in ioutil.walk(directory):
        try:
            await add_tar_file(path, posixpath.relpath(path, directory), writer)
        except KernelError:
            continue
    writer.finish()


@twin_of("github.com/docker/docker/archive.addTarFile")
async def add_tar_file(path: str, name: str, writer: TarWriter) -> None:
    """Describe one file in a header, its capabilities too, and let its bytes follow."""
    found = syscall.lstat(path)
    header = tarfile.TarInfo(f"{name}/" if found.kind == "directory" else name)
    header.mode, header.uid, header.gid = found.mode, found.uid, found.gid
    if found.kind == "symlink":
        header.linkname = syscall.readlink(path)
    if found.kind == "device":
        kind, _, numbers = found.node.partition(" ")
        header.type = tarfile.BLKTYPE if kind == "b" else tarfile.CHRTYPE
        header.devmajor, header.devminor = map(int, numbers.split(":"))
    else:
        header.type = KINDS.get(found.kind, tarfile.REGTYPE)
    capability = system.lgetxattr(path, CAPABILITY)
    if capability is not None:
        text = capability.decode("utf-8", "surrogateescape")
        header.pax_headers = {RECORD + CAPABILITY: text}
    writer.add_entry(header, await ioutil.read_bytes(path) if found.kind == "file" else b"")


@twin_of("github.com/docker/docker/archive.Untar")
async def untar(archive: Reader, destination: str) -> None:
    """Make each entry below a directory; directories that are there already are merged."""
    packed = BytesIO(await decompress_stream(archive))
    with tarfile.open(fileobj=packed, mode="r:") as entries:
        for header in entries:
            if posixpath.normpath(header.name) != ".":
                content = entries.extractfile(header) if header.isreg() else None
                path = make_room(destination, header)
                create_tar_file(path, destination, header, content.read() if content else b"")


@twin_of("github.com/docker/docker/archive.DecompressStream")
async def decompress_stream(archive: Reader) -> bytes:
    """Look at the first bytes to see how a stream is packed.

    Docker unpacks while the stream still arrives; Python's tarfile needs it whole.
    """
    data = await read_all(archive.read)
    for magic, decompress in MAGICS.items():
        if data.startswith(magic):
            return decompress(data)
    return data


@twin_of("github.com/docker/docker/archive.createTarFile")
def create_tar_file(path: str, destination: str, header: tarfile.TarInfo, content: bytes) -> None:
    """Make one node, then set owner, attributes and mode: chown takes some of these away."""
    if header.isdir():
        if not is_directory(path):
            syscall.mkdir(path, header.mode)
    elif header.isreg():
        number = syscall.open_(path, Open.O_WRONLY | Open.O_CREAT, header.mode)
        syscall.write(number, content)
        syscall.close(number)
    elif header.issym():
        syscall.symlink(header.linkname, path)
    elif header.islnk():
        syscall.link(f"{destination}/{header.linkname}", path)
    else:
        syscall.mknod(path, _node(header), header.mode)
    syscall.lchown(path, header.uid, header.gid)
    for name, value in header.pax_headers.items():
        if name.startswith(RECORD):
            raw = value.encode("utf-8", "surrogateescape")
            system.lsetxattr(path, name.removeprefix(RECORD), raw)
    if not header.issym():
        syscall.chmod(path, header.mode)


def make_room(destination: str, header: tarfile.TarInfo) -> str:
    """Return where an entry goes, with a directory around it and nothing in its place."""
    path = f"{destination}/{posixpath.normpath(header.name)}"
    ioutil.make_directories(posixpath.dirname(path))
    if not (header.isdir() and is_directory(path)):
        ioutil.remove_all(path)
    return path


def is_directory(path: str) -> bool:
    """Say whether there is a directory."""
    try:
        return syscall.lstat(path).kind == "directory"
    except KernelError:
        return False


def _node(header: tarfile.TarInfo) -> str:
    if header.isfifo():
        return "p"
    if not header.isdev():
        raise DockerError(f"Unhandled tar header type {header.type!r}")
    return f"{'b' if header.isblk() else 'c'} {header.devmajor}:{header.devminor}"


@twin_of("github.com/docker/docker/archive.TarUntar")
async def tar_untar(source: str, target: str) -> None:
    """Pack and unpack at the same time."""
    await untar(tar_with_options(source), target)


@twin_of("github.com/docker/docker/archive.CopyWithTar")
async def copy_with_tar(source: str, target: str) -> None:
    """Copy a directory with all that tar keeps."""
    if not is_directory(source):
        raise DockerError(f"{source}: not a directory")
    ioutil.make_directories(target)
    await tar_untar(source, target)
