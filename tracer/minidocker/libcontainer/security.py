"""Take away what the user's program could harm the host with."""

import errno

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.processes import CAPABILITIES
from tracer.minidocker.libcontainer.mount import HARMLESS
from tracer.minidocker.twin import twin_of

READ_ONLY = MountFlag.MS_REMOUNT | MountFlag.MS_RDONLY


@twin_of("github.com/docker/libcontainer/security/restrict.Restrict")
def restrict(*paths: str) -> None:
    """Make the parts of /proc that change the whole machine read-only."""
    for path in paths:
        _mount_read_only(path)
    syscall.mount("/dev/null", "/proc/kcore", "", MountFlag.MS_BIND)


@twin_of("github.com/docker/libcontainer/security/restrict.mountReadonly")
def _mount_read_only(path: str) -> None:
    """Remount what is a mount; bind anything else to itself first, as only mounts can be so."""
    try:
        syscall.mount("", path, "", READ_ONLY)
    except KernelError as error:
        if error.errno == errno.ENOENT:
            return
        if error.errno != errno.EINVAL:
            raise
        syscall.mount(path, path, "", MountFlag.MS_BIND)
        flags = MountFlag.MS_BIND | MountFlag.MS_REC | HARMLESS | READ_ONLY
        syscall.mount(path, path, "", flags)


@twin_of("github.com/docker/libcontainer/security/capabilities.DropBoundingSet")
def drop_bounding_set(kept: list[str]) -> None:
    """Drop what no later execve may give back, not even that of a setuid file."""
    for capability in sorted(CAPABILITIES - {*kept}):
        syscall.prctl("PR_CAPBSET_DROP", capability)


@twin_of("github.com/docker/libcontainer/security/capabilities.DropCapabilities")
def drop_capabilities(kept: list[str]) -> None:
    """Drop the rest of the capabilities, which the change of user still needed."""
    syscall.capset(frozenset(kept) & CAPABILITIES)
