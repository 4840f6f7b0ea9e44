"""Build the file system that the container sees, and make it the root."""

import errno
import posixpath

from tracer.minidocker import syscall
from tracer.minidocker.docker.pkg.symlink import follow_symlink_in_scope
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.libcontainer.config import BindMount, Config
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
    _setup_bind_mounts(rootfs, container.mounts)
    for name, device in DEVICES.items():
        syscall.mknod(f"{rootfs}/dev/{name}", device)
    syscall.chdir(rootfs)
    _pivot_root(rootfs)
    syscall.chdir("/")


@twin_of("github.com/docker/libcontainer/mount.setupBindmounts")
def _setup_bind_mounts(rootfs: str, mounts: list[BindMount]) -> None:
    """Show the host's paths inside; that one is read-only needs a second call, on the mount."""
    for bind in mounts:
        is_directory = syscall.stat(bind.source).kind == "directory"
        place = follow_symlink_in_scope(rootfs + bind.destination, rootfs)
        _create_if_not_exists(place, is_directory=is_directory)
        read_only = MountFlag(0) if bind.writable else MountFlag.MS_RDONLY
        syscall.mount(bind.source, place, "bind", BIND | read_only)
        if not bind.writable:
            syscall.mount(bind.source, place, "bind", BIND | read_only | MountFlag.MS_REMOUNT)
        if bind.private:
            syscall.mount("", place, "none", MountFlag.MS_PRIVATE)


@twin_of("github.com/docker/libcontainer/mount.createIfNotExists")
def _create_if_not_exists(path: str, *, is_directory: bool) -> None:
    """Make the place to mount on: a directory on a directory, a file on a file."""
    if ioutil.exists(path):
        return
    ioutil.make_directories(path if is_directory else posixpath.dirname(path))
    if not is_directory:
        syscall.close(syscall.open_(path, Open.O_CREAT | Open.O_WRONLY, 0o755))


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
