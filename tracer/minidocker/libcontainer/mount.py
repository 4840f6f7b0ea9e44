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
from tracer.minidocker.libcontainer.nodes import create_device_nodes
from tracer.minidocker.twin import twin_of

HARMLESS = MountFlag.MS_NOSUID | MountFlag.MS_NODEV | MountFlag.MS_NOEXEC
TERMINALS = MountFlag.MS_NOSUID | MountFlag.MS_NOEXEC
BIND = MountFlag.MS_BIND | MountFlag.MS_REC
SystemMount = tuple[str, str, str, MountFlag, str]  # source, place, kind, flags, options
DEV_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}


@twin_of("github.com/docker/libcontainer/mount.InitializeMountNamespace")
def initialize_mount_namespace(rootfs: str, container: Config) -> None:
    """Mount everything below the new root while the host can still be seen, then go there."""
    syscall.mount("", "/", "", MountFlag.MS_PRIVATE | MountFlag.MS_REC)
    syscall.mount(rootfs, rootfs, "bind", BIND)
    _mount_system(rootfs, sys_read_only=container.restrict_sys)
    _setup_bind_mounts(rootfs, container.mounts)
    create_device_nodes(rootfs, container.device_nodes)
    _setup_ptmx(rootfs)
    _reopen_dev_null(rootfs)
    _setup_dev_symlinks(rootfs)
    syscall.chdir(rootfs)
    _pivot_root(rootfs)


@twin_of("github.com/docker/libcontainer/mount.mountSystem")
def _mount_system(rootfs: str, *, sys_read_only: bool) -> None:
    """Mount what is no file but a view of the kernel: an image cannot hold it."""
    for source, directory, kind, flags, options in _new_system_mounts(sys_read_only=sys_read_only):
        ioutil.make_directories(f"{rootfs}/{directory}")
        syscall.mount(source, f"{rootfs}/{directory}", kind, flags, options)


@twin_of(
    "github.com/docker/libcontainer/mount.newSystemMounts", passes="It only lists what to mount."
)
def _new_system_mounts(*, sys_read_only: bool) -> tuple[SystemMount, ...]:
    """List the mounts; /sys steers the machine, so that few may write to it."""
    read_only = MountFlag.MS_RDONLY if sys_read_only else MountFlag(0)
    return (
        ("proc", "proc", "proc", HARMLESS, ""),
        ("tmpfs", "dev", "tmpfs", MountFlag.MS_NOSUID, "mode=755"),
        ("shm", "dev/shm", "tmpfs", HARMLESS, "mode=1777,size=65536k"),
        ("devpts", "dev/pts", "devpts", TERMINALS, "newinstance,ptmxmode=0666,mode=620,gid=5"),
        ("sysfs", "sys", "sysfs", HARMLESS | read_only, ""),
    )


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


@twin_of("github.com/docker/libcontainer/mount.SetupPtmx")
def _setup_ptmx(rootfs: str) -> None:
    """Have new terminals made by the container's own devpts."""
    path = f"{rootfs}/dev/ptmx"
    ioutil.remove_all(path)
    syscall.symlink("pts/ptmx", path)


@twin_of("github.com/docker/libcontainer/mount.reOpenDevNull")
def _reopen_dev_null(rootfs: str) -> None:
    """Where a standard stream is the host's /dev/null, make it the container's own."""
    null = syscall.open_(f"{rootfs}/dev/null", Open.O_RDWR)
    node = syscall.fstat(null).node
    for number in range(3):
        if syscall.fstat(number).node == node:
            syscall.dup2(null, number)
    syscall.close(null)


@twin_of("github.com/docker/libcontainer/mount.setupDevSymlinks")
def _setup_dev_symlinks(rootfs: str) -> None:
    """Give a process's own open files the names that programs expect in /dev."""
    links = {**DEV_LINKS, **({"kcore": "/proc/kcore"} if ioutil.exists("/proc/kcore") else {})}
    for name, target in links.items():
        try:
            syscall.symlink(target, f"{rootfs}/dev/{name}")
        except KernelError as error:
            if error.errno != errno.EEXIST:
                raise


@twin_of("github.com/docker/libcontainer/mount.PivotRoot")
def _pivot_root(rootfs: str) -> None:
    """Swap the roots and drop the old one: unlike chroot, nothing is left to escape to."""
    name = f".pivot_root{syscall.getrandom(4).hex()}"
    syscall.mkdir(f"{rootfs}/{name}")
    syscall.pivot_root(rootfs, f"{rootfs}/{name}")
    syscall.chdir("/")
    syscall.umount2(f"/{name}", MountFlag.MNT_DETACH)
    syscall.rmdir(f"/{name}")
