"""The container in the words of lxc.conf(5)."""

from collections.abc import Iterator

from tracer.minidocker.docker.daemon.execdriver.driver import Command, Network, Resources
from tracer.minidocker.libcontainer.config import BindMount

SYSTEM_MOUNTS = (  # source, place, kind, options
    ("proc", "proc", "proc", "nosuid,nodev,noexec"),
    ("sysfs", "sys", "sysfs", "nosuid,nodev,noexec"),
    ("devpts", "dev/pts", "devpts", "newinstance,ptmxmode=0666,nosuid,noexec"),
    ("shm", "dev/shm", "tmpfs", "size=65536k,nosuid,nodev,noexec"),
)


def render(command: Command) -> str:
    """Write the file, a setting a line."""
    settings = [
        *_network(command.network),
        ("lxc.rootfs", command.rootfs),
        ("lxc.pts", "1024"),
        ("lxc.console", "none"),
        ("lxc.tty", "1"),
        *_devices(command),
        ("lxc.pivotdir", "lxc_putold"),
        *(_entry(command.rootfs, *each) for each in SYSTEM_MOUNTS),
        *(_bind(command.rootfs, each) for each in command.mounts),
        *_limits(command.resources),
    ]
    return "".join(f"{name} = {value}\n" for name, value in settings)


def _network(network: Network) -> Iterator[tuple[str, str]]:
    if network.interface:
        yield "lxc.network.type", "veth"
        yield "lxc.network.link", network.interface.bridge
        yield "lxc.network.name", "eth0"
        yield "lxc.network.mtu", str(network.mtu)
    elif network.host_networking:
        yield "lxc.network.type", "none"
    else:
        yield "lxc.network.type", "empty"
        yield "lxc.network.flags", "up"


def _devices(command: Command) -> Iterator[tuple[str, str]]:
    if command.privileged:
        yield "lxc.cgroup.devices.allow", "a"
        return
    yield "lxc.cgroup.devices.deny", "a"
    for device in command.allowed_devices:
        yield "lxc.cgroup.devices.allow", device.rule


def _limits(limits: Resources) -> Iterator[tuple[str, str]]:
    if limits.memory:
        yield "lxc.cgroup.memory.limit_in_bytes", str(limits.memory)
        yield "lxc.cgroup.memory.soft_limit_in_bytes", str(limits.memory)
        if limits.memory_swap >= 0:
            yield "lxc.cgroup.memory.memsw.limit_in_bytes", str(2 * limits.memory)
    if limits.cpu_shares:
        yield "lxc.cgroup.cpu.shares", str(limits.cpu_shares)
    if limits.cpuset:
        yield "lxc.cgroup.cpuset.cpus", limits.cpuset


def _bind(rootfs: str, bind: BindMount) -> tuple[str, str]:
    options = f"rbind,{'rw' if bind.writable else 'ro'}"
    return _entry(rootfs, bind.source, bind.destination.lstrip("/"), "none", options)


def _entry(rootfs: str, source: str, place: str, kind: str, options: str) -> tuple[str, str]:
    where = f"{rootfs}/{place}".replace(" ", "\\040")  # as in fstab(5)
    return "lxc.mount.entry", f"{source} {where} {kind} {options} 0 0"
