"""A /proc that shows the host's processes: each of them has its root as a link there."""

from collections.abc import Awaitable, Callable

from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.syscall import (
    chdir,
    clone,
    exit_group,
    mkdir,
    mount,
    open_,
    pivot_root,
    read,
    umount2,
    wait4,
)


async def enter(inside: Callable[[], Awaitable[None]]) -> None:
    """Lock a child into /jail."""

    async def child() -> None:
        mount("/jail", "/jail", "", MountFlag.MS_BIND | MountFlag.MS_REC)
        mkdir("/jail/old")
        pivot_root("/jail", "/jail/old")
        chdir("/")
        mount("proc", "/proc", "proc")
        umount2("/old", MountFlag.MNT_DETACH)
        await inside()
        exit_group(0)

    await wait4(await clone(Clone.CLONE_NEWNS, child))


async def sound(inside: Callable[[], Awaitable[None]]) -> None:
    """Lock a child into /jail."""

    async def child() -> None:
        mount("/jail", "/jail", "", MountFlag.MS_BIND | MountFlag.MS_REC)
        mkdir("/jail/old")
        pivot_root("/jail", "/jail/old")
        chdir("/")
        mount("proc", "/proc", "proc")
        umount2("/old", MountFlag.MNT_DETACH)
        await inside()
        exit_group(0)

    await wait4(await clone(Clone.CLONE_NEWNS | Clone.CLONE_NEWPID, child))


async def escape() -> bytes:
    """Return what is in the host's /secret."""
    return await read(open_("/proc/1/root/secret"))


async def ordinary() -> bytes:
    """Look at oneself in /proc, then use the program's own files."""
    await read(open_("/proc/self/status"))
    return await read(open_("/bin/tool"))
