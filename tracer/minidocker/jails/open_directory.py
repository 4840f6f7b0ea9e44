"""A directory of the host that is held open: a new root does not close it."""

from collections.abc import Awaitable, Callable

from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.syscall import (
    chdir,
    close,
    fchdir,
    mkdir,
    mount,
    open_,
    pivot_root,
    read,
    umount2,
    unshare,
)


async def enter(inside: Callable[[], Awaitable[None]]) -> None:
    """Lock ourselves into /jail."""
    open_("/")
    unshare(Clone.CLONE_NEWNS)
    mount("/jail", "/jail", "", MountFlag.MS_BIND | MountFlag.MS_REC)
    mkdir("/jail/old")
    pivot_root("/jail", "/jail/old")
    chdir("/")
    umount2("/old", MountFlag.MNT_DETACH)
    await inside()


async def sound(inside: Callable[[], Awaitable[None]]) -> None:
    """Lock ourselves into /jail."""
    host = open_("/")
    unshare(Clone.CLONE_NEWNS)
    mount("/jail", "/jail", "", MountFlag.MS_BIND | MountFlag.MS_REC)
    mkdir("/jail/old")
    pivot_root("/jail", "/jail/old")
    chdir("/")
    umount2("/old", MountFlag.MNT_DETACH)
    close(host)
    await inside()


async def escape() -> bytes:
    """Return what is in the host's /secret."""
    fchdir(3)
    return await read(open_("secret"))


async def ordinary() -> bytes:
    """Use the program's own files."""
    return await read(open_("/bin/tool"))
