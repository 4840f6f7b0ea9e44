"""Take away what the user's program could harm the host with."""

from tracer.minidocker import syscall
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.processes import CAPABILITIES
from tracer.minidocker.libcontainer.mount import mount_read_only
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/libcontainer/apparmor.ApplyProfile")
def apply_profile() -> None:
    """Do nothing: this build is one without AppArmor."""


@twin_of("github.com/docker/libcontainer/security/restrict.Restrict")
def restrict() -> None:
    """Make the parts of /proc and /sys that change the whole machine read-only."""
    for path in ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/sys"):
        mount_read_only(path)
    syscall.mount("/dev/null", "/proc/kcore", "bind", MountFlag.MS_BIND)


@twin_of("github.com/docker/libcontainer/security/capabilities.DropBoundingSet")
def drop_bounding_set(kept: list[str]) -> None:
    """Drop what no later execve may give back, not even that of a setuid file."""
    for capability in sorted(CAPABILITIES - {*kept}):
        syscall.prctl("PR_CAPBSET_DROP", capability)


@twin_of("github.com/docker/libcontainer/security/capabilities.DropCapabilities")
def drop_capabilities(kept: list[str]) -> None:
    """Drop the rest of the capabilities, which the change of user still needed."""
    syscall.capset(frozenset(kept) & CAPABILITIES)
