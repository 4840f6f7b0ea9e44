"""Put the child into groups of its own, one in each hierarchy, before it can fork."""

from collections.abc import Callable
from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.libcontainer.config import Config
from tracer.minidocker.twin import twin_of

MOUNTED = "/sys/fs/cgroup"


@dataclass(frozen=True)
class Data:
    """Which process goes into which group."""

    config: Config
    pid: int

    def path(self, subsystem: str) -> str:
        """Return the directory that is the group."""
        return f"{MOUNTED}/{subsystem}/docker/{self.config.cgroup_name}"

    @twin_of("(*github.com/docker/libcontainer/cgroups/fs.data).join")
    def join(self, subsystem: str) -> str:
        """Make the group and move the process into it."""
        path = self.path(subsystem)
        ioutil.make_directories(path)
        _write_file(path, "cgroup.procs", str(self.pid))
        return path


@twin_of("github.com/docker/libcontainer/cgroups/fs.Apply")
def apply(config: Config, pid: int) -> list[str]:
    """Let each subsystem set its own limits."""
    data = Data(config, pid)
    for set_limits in SUBSYSTEMS.values():
        set_limits(data)
    return [data.path(subsystem) for subsystem in SUBSYSTEMS]


def clean_up(paths: list[str]) -> None:
    """Remove the groups, which are empty when the container has ended."""
    for path in paths:
        syscall.rmdir(path)


@twin_of("(*github.com/docker/libcontainer/cgroups/fs.MemoryGroup).Set")
def _set_memory(data: Data) -> None:
    """Limit the memory, if the user asked for it."""
    path = data.join("memory")
    if data.config.memory:
        _write_file(path, "memory.limit_in_bytes", str(data.config.memory))


@twin_of("(*github.com/docker/libcontainer/cgroups/fs.DevicesGroup).Set")
def _set_devices(data: Data) -> None:
    """Forbid all devices but the harmless ones."""
    path = data.join("devices")
    if not data.config.privileged:
        _write_file(path, "devices.deny", "a")
        _write_file(path, "devices.allow", "c 1:3 rwm")


def _set_freezer(data: Data) -> None:
    data.join("freezer")


def _set_cpu(data: Data) -> None:
    data.join("cpu")


@twin_of("github.com/docker/libcontainer/cgroups/fs.writeFile")
def _write_file(directory: str, name: str, text: str) -> None:
    """Write one value: files are the only interface to a group."""
    ioutil.write_file(f"{directory}/{name}", text, create=False)


SUBSYSTEMS: dict[str, Callable[[Data], None]] = {
    "memory": _set_memory,
    "devices": _set_devices,
    "freezer": _set_freezer,
    "cpu": _set_cpu,
}
