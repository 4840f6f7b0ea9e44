"""What this kernel can limit."""

from dataclasses import dataclass

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

MEMORY = "/sys/fs/cgroup/memory"


@dataclass(frozen=True)
class SysInfo:
    """What was found out when the daemon started; Docker 1.2.0 never asks about forwarding."""

    memory_limit: bool
    swap_limit: bool
    app_armor: bool


@twin_of("github.com/docker/docker/pkg/sysinfo.New")
def new() -> SysInfo:
    """Look for the files of the memory group: a file that is there is a limit that works."""
    limit, soft, swap = (
        ioutil.exists(f"{MEMORY}/memory.{name}limit_in_bytes") for name in ("", "soft_", "memsw.")
    )
    return SysInfo(limit and soft, swap, ioutil.exists("/sys/kernel/security/apparmor"))
