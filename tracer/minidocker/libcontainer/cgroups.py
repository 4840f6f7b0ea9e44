"""Put the child into groups of its own, one in each hierarchy, before it can fork."""

import posixpath
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.libcontainer.config import Config
from tracer.minidocker.twin import twin_of

MOUNTED = "/sys/fs/cgroup"


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

    @property
    def paths(self) -> list[str]:
        """List the group's directories."""
        return [self.path(subsystem) for subsystem in SUBSYSTEMS]

    @twin_of("(*github.com/docker/libcontainer/cgroups/fs.data).Cleanup")
    def cleanup(self) -> None:
        """Remove the group everywhere: it is empty when the container has ended."""
        for path in self.paths:
            with suppress(KernelError):  # there is none, or somebody is left in it
                syscall.rmdir(path)


@twin_of("github.com/docker/libcontainer/cgroups/fs.Apply")
async def apply(config: Config, pid: int) -> Data:
    """Let each subsystem set its own limits."""
    data = await _get_cgroup_data(config, pid)
    for set_limits in SUBSYSTEMS.values():
        await set_limits(data)
    return data


@twin_of("github.com/docker/libcontainer/cgroups/fs.Freeze")
async def freeze(config: Config, state: str) -> None:
    """Stop all processes of the group where they are, or let them go on."""
    config.freezer = state
    await _set_freezer(await _get_cgroup_data(config, 0))


@twin_of("github.com/docker/libcontainer/cgroups/fs.GetPids")
async def get_pids(config: Config) -> list[int]:
    """List the members of the group."""
    path = (await _get_cgroup_data(config, 0)).path("devices")
    return [int(line) for line in (await ioutil.read_file(f"{path}/cgroup.procs")).split()]


@twin_of("github.com/docker/libcontainer/cgroups/fs.getCgroupData")
async def _get_cgroup_data(config: Config, pid: int) -> Data:
    """Find out that the groups are mounted, and where."""
    syscall.stat(MOUNTED)
    return Data(config, pid)


@twin_of("(*github.com/docker/libcontainer/cgroups/fs.MemoryGroup).Set")
async def _set_memory(data: Data) -> None:
    """Limit the memory, if the user asked for it."""
    path, limit = data.join("memory"), data.config.memory
    if limit:
        _write_file(path, "memory.limit_in_bytes", str(limit))
        _write_file(path, "memory.soft_limit_in_bytes", str(limit))
        if data.config.memory_swap >= 0:  # as in Go, whatever the number is
            _write_file(path, "memory.memsw.limit_in_bytes", str(2 * limit))


@twin_of("(*github.com/docker/libcontainer/cgroups/fs.DevicesGroup).Set")
async def _set_devices(data: Data) -> None:
    """Forbid all devices but the harmless ones, and those that the user has named."""
    path = data.join("devices")
    if not data.config.allow_all_devices:
        _write_file(path, "devices.deny", "a")
        for allowed in data.config.allowed_devices:
            _write_file(path, "devices.allow", allowed.rule)


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
    """Say how much the processes weigh among those who want the processor."""
    path = data.join("cpu")
    if data.config.cpu_shares:
        _write_file(path, "cpu.shares", str(data.config.cpu_shares))


async def _set_blkio(data: Data) -> None:
    """Join the group, and no more: this Docker has no limits for disks."""
    data.join("blkio")


async def _set_cpuset(data: Data) -> None:
    """Bind the processes to processors; without a wish they stay in the group above all."""
    if data.config.cpuset:
        path = data.path("cpuset")
        await _ensure_cpuset(path)
        data.join("cpuset")
        _write_file(path, "cpuset.cpus", data.config.cpuset)


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
