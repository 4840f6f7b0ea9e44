"""The two system calls of a union mount."""

from tracer.minidocker import syscall
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.twin import twin_of

AUPLINK = "/bin/auplink"


@twin_of("github.com/docker/docker/daemon/graphdriver/aufs.Unmount")
async def unmount(target: str) -> None:
    """Have hard links across branches written back, then unmount."""
    flush = Cmd(AUPLINK, ["auplink", target, "flush"])
    await flush.start()
    await flush.wait()
    syscall.umount2(target)


@twin_of("github.com/docker/docker/daemon/graphdriver/aufs.mount")
def mount(source: str, target: str, kind: str, flags: MountFlag, data: str) -> None:
    """Do what only Linux can do: other systems have an empty function of this name."""
    syscall.mount(source, target, kind, flags, data)
