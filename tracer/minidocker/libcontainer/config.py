"""What libcontainer is told, and what it remembers, as JSON files."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.libcontainer.devices import Device
from tracer.minidocker.twin import twin_of


@dataclass(frozen=True)
class Network:
    """One interface that the container should have."""

    kind: str  # loopback, veth, or netns: the network of another process
    address: str = ""
    gateway: str = ""
    bridge: str = ""
    prefix: str = ""  # of the name at the host's end
    mtu: int = 1500
    ns_path: str = ""  # the file of the other network


@dataclass(frozen=True)
class Route:
    """One more route than the default one."""

    destination: str
    interface: str
    gateway: str = ""


@dataclass(frozen=True)
class BindMount:
    """A path of the host that is seen inside."""

    source: str
    destination: str
    writable: bool = True
    private: bool = False  # hears of no mounts that are made on the source later


@dataclass
class Config:
    """The description of a container."""

    namespaces: list[str] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    mounts: list[BindMount] = field(default_factory=list)
    device_nodes: list[Device] = field(default_factory=list)
    allowed_devices: list[Device] = field(default_factory=list)
    allow_all_devices: bool = False
    env: list[str] = field(default_factory=list)
    hostname: str = ""
    user: str = ""
    working_dir: str = ""
    restrict_sys: bool = True  # whether /proc and /sys are partly read-only
    process_label: str = ""
    cgroup_name: str = ""
    memory: int = 0
    memory_swap: int = 0
    cpu_shares: int = 0
    cpuset: str = ""
    freezer: str = ""  # FROZEN or THAWED, once it has been asked for

    def as_dict(self) -> dict[str, Any]:
        """Return plain values; what is empty is left out."""
        known: dict[str, Any] = _without_empty(asdict(self))
        return known

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Read what `as_dict` gave, in another process."""
        known = json.loads(text)
        parts = {name: PARTS[name] for name in PARTS if name in known}
        for name, kind in parts.items():
            known[name] = [kind(**each) for each in known[name]]
        return cls(**known)


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_empty(each) for name, each in value.items()}
    return {name: each for name, each in kept.items() if each or each is False}


PARTS = {
    "networks": Network,
    "routes": Route,
    "mounts": BindMount,
    "device_nodes": Device,
    "allowed_devices": Device,
}


@dataclass(frozen=True)
class State:
    """What is known of a running container."""

    pid: int
    start_time: str  # with the pid, recognises the process after a restart of the daemon
    network: dict[str, str]
    cgroups: list[str]


@twin_of("github.com/docker/libcontainer.SaveState")
def save_state(directory: str, state: State) -> None:
    """Write the state, so that the container can be found again."""
    ioutil.write_json(f"{directory}/state.json", asdict(state))


@twin_of("github.com/docker/libcontainer.DeleteState")
def delete_state(directory: str) -> None:
    """Remove what would say that the container still runs."""
    syscall.unlink(f"{directory}/state.json")


@twin_of("github.com/docker/libcontainer.GetState")
async def get_state(directory: str) -> State:
    """Read the state that an earlier daemon has written."""
    return State(**json.loads(await ioutil.read_file(f"{directory}/state.json")))
