"""Choose the driver of layers that this kernel can carry."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.graphdriver.aufs import Aufs
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.docker.daemon.graphdriver.vfs import Vfs
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import MountFlag


def choose(home: str) -> Driver:
    """Take aufs if the kernel has it, else vfs."""
    ioutil.make_directories(f"{home}/aufs/probe")
    ioutil.make_directories(f"{home}/aufs/layers")
    try:
        syscall.mount("none", f"{home}/aufs/probe", "aufs", options=f"br:{home}/aufs/layers=rw")
    except KernelError:
        return Vfs(f"{home}/vfs")
    syscall.umount2(f"{home}/aufs/probe", MountFlag.MNT_DETACH)
    return Aufs(f"{home}/aufs")
