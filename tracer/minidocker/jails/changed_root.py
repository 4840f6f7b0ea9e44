"""chroot alone: who may call it again walks out, for the own directory can be left outside."""

from collections.abc import Awaitable, Callable

from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.syscall import (
    chdir,
    chroot,
    mkdir,
    mount,
    open_,
    pivot_root,
    read,
    rmdir,
    umount2,
    unshare,
)


async def enter(inside: Callable[[], Awaitable[None]]) -> None:
    """Lock ourselves into /jail."""
    chroot("/jail")
    chdir("/")
    await inside()


async def sound(inside: Callable[[], Awaitable[None]]) -> None:
    """Lock ourselves into /jail."""
    unshare(Clone.CLONE_NEWNS)
    mount("/jail", "/jail", "", MountFlag.MS_BIND | MountFlag.MS_REC)
    mkdir("/jail/old")
    pivot_root("/jail", "/jail/old")
    chdir("/")
    umount2("/old", MountFlag.MNT_DETACH)
    rmdir("/old")
    await inside()


async def escape() -> bytes:
    """Return what is in the host's /secret."""
    mkdir("x")
    chroot("x")
    for _ in range(9):
        chdir("..")
    chroot(".")
    return await read(open_("/secret"))


async def ordinary() -> bytes:
    """Use the program's own files."""
    return await read(open_("/bin/tool"))
