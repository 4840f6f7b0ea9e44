"""Put the child into groups of its own, one in each hierarchy, before it can fork."""

import posixpath
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.libcontainer.config import Config
from tracer.minidocker.twin import twin_of

MOUNTED = "/sys/fs/cgroup"
ALLOWED_DEVICES = (
    *("c *:* m", "b *:* m"),  # to make the node of any device
    *("c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm"),  # null zero full random
    *("c 4:0 rwm", "c 4:1 rwm", "c 5:0 rwm", "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm"),  # terminals
    "c 10:200 rwm",  # tun
)


@dataclass(frozen=True)
class Data:
    """Which process goes into which group."""

    config: Config
    pid: int

    @twin_of(
        "(*github.com/docker/libcontainer/cgroups/fs.data).path",
        passes="It puts the path together; whoever uses it finds out whether it exists.",
    )
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
async def apply(config: Config, pid: int) -> list[str]:
    """Let each subsystem set its own limits."""
    data = await _get_cgroup_data(config, pid)
    for set_limits in SUBSYSTEMS.values():
        await set_limits(data)
    return [data.path(subsystem) for subsystem in SUBSYSTEMS]


@twin_of("github.com/docker/libcontainer/cgroups/fs.Freeze")
async def freeze(config: Config, state: str) -> None:
    """Stop all processes of the group where they are, or let them go on."""
    config.freezer = state
    await _set_freezer(await _get_cgroup_data(config, 0))


@twin_of("github.com/docker/libcontainer/cgroups/fs.getCgroupData")
async def _get_cgroup_data(config: Config, pid: int) -> Data:
    """Find out that the groups are mounted, and where."""
    syscall.stat(MOUNTED)
    return Data(config, pid)


def clean_up(paths: list[str]) -> None:
    """Remove the groups, which are empty when the container has ended."""
    for path in paths:
        syscall.rmdir(path)


@twin_of("(*github.com/docker/libcontainer/cgroups/fs.MemoryGroup).Set")
async def _set_memory(data: Data) -> None:
    """Limit the memory, if the user asked for it."""
    path = data.join("memory")
    if data.config.memory:
        _write_file(path, "memory.limit_in_bytes", str(data.config.memory))


@twin_of("(*github.com/docker/libcontainer/cgroups/fs.DevicesGroup).Set")
async def _set_devices(data: Data) -> None:
    """Forbid all devices but the harmless ones."""
    path = data.join("devices")
    if not data.config.privileged:
        _write_file(path, "devices.deny", "a")
        for allowed in ALLOWED_DEVICES:
            _write_file(path, "devices.allow", allowed)


@twin_of("(*github.com/docker/libcontainer/cgroups/fs.FreezerGroup).Set")
async def _set_freezer(data: Data) -> None:
    """Join the group, or once it exists write what is wanted and wait until it is so."""
    if not data.config.freezer:
        data.join("freezer")
        return
    path = data.path("freezer")
    _write_file(path, "freezer.state", data.config.freezer)
    while (await _read_file(path, "freezer.state")).strip() != data.config.freezer:
        await syscall.nanosleep(0.001)


async def _set_cpu(data: Data) -> None:
    data.join("cpu")


async def _set_blkio(data: Data) -> None:
    data.join("blkio")


async def _set_cpuset(data: Data) -> None:
    path = data.path("cpuset")
    await _ensure_cpuset(path)
    data.join("cpuset")


async def _ensure_cpuset(path: str) -> None:
    """Give a new group, and those above it, what the group above may use: else nobody can join."""
    above = posixpath.dirname(path)
    if above != MOUNTED:
        await _ensure_cpuset(above)
        ioutil.make_directories(path)
        for name in ("cpuset.cpus", "cpuset.mems"):
            if not (await ioutil.read_file(f"{path}/{name}")).strip():
                _write_file(path, name, (await ioutil.read_file(f"{above}/{name}")).strip())


@twin_of("github.com/docker/libcontainer/cgroups/fs.readFile")
async def _read_file(directory: str, name: str) -> str:
    """Read one value."""
    return await ioutil.read_file(f"{directory}/{name}")


@twin_of("github.com/docker/libcontainer/cgroups/fs.writeFile")
def _write_file(directory: str, name: str, text: str) -> None:
    """Write one value: files are the only interface to a group."""
    ioutil.write_file(f"{directory}/{name}", text, create=False)


SUBSYSTEMS: dict[str, Callable[[Data], Awaitable[None]]] = {
    "memory": _set_memory,
    "devices": _set_devices,
    "freezer": _set_freezer,
    "cpu": _set_cpu,
    "cpuset": _set_cpuset,
    "blkio": _set_blkio,
}
