"""Copy trees of files with owner, mode and links."""

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/archive.TarUntar")
async def tar_untar(source: str, target: str) -> None:
    """Pack one directory and unpack it into the other, with no file stored between them."""
    for name in syscall.getdents(source):
        old, new = f"{source}/{name}", f"{target}/{name}"
        found = syscall.lstat(old)
        if found.kind == "directory":
            syscall.mkdir(new, found.mode)
            await tar_untar(old, new)
        elif found.kind == "symlink":
            syscall.symlink(syscall.readlink(old), new)
        else:
            ioutil.write_file(new, await ioutil.read_file(old), mode=found.mode)
            syscall.chown(new, found.uid, found.gid)


@twin_of("github.com/docker/docker/archive.CopyWithTar")
async def copy_with_tar(source: str, target: str) -> None:
    """Copy a directory's content into another directory."""
    ioutil.make_directories(target)
    await tar_untar(source, target)
