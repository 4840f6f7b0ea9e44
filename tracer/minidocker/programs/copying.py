"""The program cp."""

import posixpath

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.programs.terminal import complain


async def cp(argv: list[str], env: dict[str, str]) -> int:
    """Copy files, with -a directories too and all that can be kept: cp [-a] FROM… TO."""
    del env
    archive = "-a" in argv
    *sources, target = [each for each in argv[1:] if not each.startswith("-")] or [""]
    if not sources:
        return complain("cp", "usage: cp [-a] FROM... TO")
    for source in sources:
        place = target
        if ioutil.exists(target) and syscall.stat(target).kind == "directory":
            place = posixpath.normpath(f"{target}/{posixpath.basename(source)}")
        try:
            await _copy(source, place, archive=archive)
        except KernelError as error:
            return complain("cp", source, error)
    return 0


async def _copy(source: str, target: str, *, archive: bool) -> None:
    found = syscall.lstat(source) if archive else syscall.stat(source)
    match found.kind:
        case "directory":
            if not ioutil.exists(target):
                syscall.mkdir(target, found.mode)
            for name in syscall.getdents(source):
                await _copy(f"{source}/{name}", f"{target}/{name}", archive=archive)
        case "symlink":
            syscall.symlink(syscall.readlink(source), target)
        case "device":
            syscall.mknod(target, found.node, found.mode)
        case _:
            ioutil.write_file(target, await ioutil.read_bytes(source), mode=found.mode)
    if archive:
        syscall.lchown(target, found.uid, found.gid)
