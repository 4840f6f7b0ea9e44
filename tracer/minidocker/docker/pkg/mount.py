"""The mounts that this process sees, and mounting with the options of fstab."""

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.twin import twin_of

FLAGS = {
    "bind": MountFlag.MS_BIND,
    "private": MountFlag.MS_PRIVATE,
    "rbind": MountFlag.MS_BIND | MountFlag.MS_REC,
    "remount": MountFlag.MS_REMOUNT,
    "ro": MountFlag.MS_RDONLY,
    "rw": MountFlag(0),
}


@twin_of("github.com/docker/docker/pkg/mount.Mounted")
async def mounted(point: str) -> bool:
    """Ask the kernel's own table, which is right even after a crash of the daemon."""
    table = await ioutil.read_file("/proc/self/mountinfo")
    return point in (line.split()[4] for line in table.splitlines())


@twin_of("github.com/docker/docker/pkg/mount.Mount")
async def mount(device: str, target: str, kind: str, options: str) -> None:
    """Mount, unless something is mounted there."""
    if "remount" in options.split(",") or not await mounted(target):
        force_mount(device, target, kind, options)


@twin_of("github.com/docker/docker/pkg/mount.ForceMount")
def force_mount(device: str, target: str, kind: str, options: str) -> None:
    """Mount, whatever is there already."""
    flags, data = _parse_options(options)
    _mount(device, target, kind, flags, data)


@twin_of("github.com/docker/docker/pkg/mount.Unmount")
async def unmount(target: str) -> None:
    """Unmount, if something is mounted there."""
    if await mounted(target):
        syscall.umount2(target)


@twin_of("github.com/docker/docker/pkg/mount.mount")
def _mount(device: str, target: str, kind: str, flags: MountFlag, data: str) -> None:
    """Leave the rest to the kernel."""
    syscall.mount(device, target, kind, flags, data)


def _parse_options(options: str) -> tuple[MountFlag, str]:
    """Sort words into flags and what only the file system understands."""
    words = options.split(",")
    flags = MountFlag(0)
    for word in words:
        flags |= FLAGS.get(word, MountFlag(0))
    return flags, ",".join(word for word in words if word not in FLAGS)
