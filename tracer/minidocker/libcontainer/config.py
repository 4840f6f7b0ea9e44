"""What libcontainer is told, and what it remembers, as JSON files."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@dataclass(frozen=True)
class Network:
    """One interface that the container should have."""

    kind: str  # loopback or veth
    address: str
    gateway: str = ""
    bridge: str = ""
    prefix: str = ""  # of the name at the host's end
    mtu: int = 1500


@dataclass(frozen=True)
class BindMount:
    """A path of the host that is seen inside."""

    source: str
    destination: str


@dataclass
class Config:
    """The description of a container."""

    namespaces: list[str] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)
    mounts: list[BindMount] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    hostname: str = ""
    user: str = ""
    working_dir: str = "/"
    cgroup_name: str = ""
    memory: int = 0
    privileged: bool = False
    freezer: str = ""  # FROZEN or THAWED, once it has been asked for

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Read what `as_dict` gave, in another process."""
        config = cls(**json.loads(text))
        config.networks = [Network(**each) for each in json.loads(text)["networks"]]
        config.mounts = [BindMount(**each) for each in json.loads(text)["mounts"]]
        return config


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


@twin_of("github.com/docker/libcontainer.GetState")
async def get_state(directory: str) -> State:
    """Read the state that an earlier daemon has written."""
    return State(**json.loads(await ioutil.read_file(f"{directory}/state.json")))
