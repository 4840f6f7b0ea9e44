"""Build the file system that the container sees, and make it the root."""

import errno

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.libcontainer.config import Config
from tracer.minidocker.twin import twin_of

HARMLESS = MountFlag.MS_NOSUID | MountFlag.MS_NODEV | MountFlag.MS_NOEXEC
TERMINALS = MountFlag.MS_NOSUID | MountFlag.MS_NOEXEC
SYSTEM_MOUNTS = (  # source, place, kind, flags, options
    ("proc", "proc", "proc", HARMLESS, ""),
    ("tmpfs", "dev", "tmpfs", MountFlag.MS_NOSUID, "mode=755"),
    ("shm", "dev/shm", "tmpfs", HARMLESS, "mode=1777,size=65536k"),
    ("devpts", "dev/pts", "devpts", TERMINALS, "newinstance,ptmxmode=0666,mode=620,gid=5"),
    ("sysfs", "sys", "sysfs", HARMLESS, ""),
)
DEVICES = {
    "full": "c 1:7",
    "null": "c 1:3",
    "random": "c 1:8",
    "tty": "c 5:0",
    "urandom": "c 1:9",
    "zero": "c 1:5",
}
BIND = MountFlag.MS_BIND | MountFlag.MS_REC


@twin_of("github.com/docker/libcontainer/mount.InitializeMountNamespace")
def initialize_mount_namespace(rootfs: str, container: Config) -> None:
    """Mount everything below the new root while the host can still be seen, then go there."""
    syscall.mount("", "/", "", MountFlag.MS_PRIVATE | MountFlag.MS_REC)
    syscall.mount(rootfs, rootfs, "bind", BIND)
    for source, directory, kind, flags, options in SYSTEM_MOUNTS:
        ioutil.make_directories(f"{rootfs}/{directory}")
        syscall.mount(source, f"{rootfs}/{directory}", kind, flags, options)
    for bind in container.mounts:
        syscall.mount(bind.source, rootfs + bind.destination, "bind", BIND)
    for name, device in DEVICES.items():
        syscall.mknod(f"{rootfs}/dev/{name}", device)
    syscall.chdir(rootfs)
    _pivot_root(rootfs)
    syscall.chdir("/")


@twin_of("github.com/docker/libcontainer/mount.PivotRoot")
def _pivot_root(rootfs: str) -> None:
    """Swap the roots and drop the old one: unlike chroot, nothing is left to escape to."""
    try:
        syscall.mkdir(f"{rootfs}/.pivot_root")
    except KernelError as error:
        if error.errno != errno.EEXIST:
            raise
    syscall.pivot_root(rootfs, f"{rootfs}/.pivot_root")
    syscall.chdir("/")
    syscall.umount2("/.pivot_root", MountFlag.MNT_DETACH)
    syscall.rmdir("/.pivot_root")


def mount_read_only(path: str) -> None:
    """Bind a path to itself, as only a mount can be read-only."""
    if ioutil.exists(path):
        syscall.mount(path, path, "bind", BIND)
        syscall.mount(path, path, "bind", BIND | MountFlag.MS_REMOUNT | MountFlag.MS_RDONLY)
