"""HostConfig: what ties a container to this host, given when it is started."""

from dataclasses import dataclass, field

from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.nat import Binding
from tracer.minidocker.golib import encoding
from tracer.minidocker.twin import twin_of


@dataclass(frozen=True)
class RestartPolicy:
    """When to start a container again that has ended."""

    name: str = ""  # always, on-failure, or never
    maximum_retry_count: int = 0  # of on-failure; 0 is no limit


@dataclass(frozen=True)
class DeviceMapping:
    """A device of the host that the container gets."""

    path_on_host: str
    path_in_container: str
    cgroup_permissions: str = "rwm"


@dataclass(frozen=True)
class HostConfig:
    """The half bound to the host, sent when the container is started."""

    binds: list[str] = field(default_factory=list)
    container_id_file: str = ""
    privileged: bool = False
    port_bindings: dict[str, list[Binding]] = field(default_factory=dict)  # of "80/tcp"
    links: list[str] = field(default_factory=list)
    publish_all_ports: bool = False
    dns: list[str] = field(default_factory=list)
    dns_search: list[str] = field(default_factory=list)
    volumes_from: list[str] = field(default_factory=list)
    devices: list[DeviceMapping] = field(default_factory=list, metadata={"of": DeviceMapping})
    network_mode: str = ""
    cap_add: list[str] = field(default_factory=list)
    cap_drop: list[str] = field(default_factory=list)
    restart_policy: RestartPolicy = field(
        default_factory=RestartPolicy, metadata={"of": RestartPolicy}
    )

    @property
    def network_owner(self) -> str:
        """The container whose network this one shares: its name or id, or nothing."""
        kind, _, name = self.network_mode.partition(":")
        return name if kind == "container" else ""


@twin_of(
    "github.com/docker/docker/runconfig.ContainerHostConfigFromJob",
    passes="It makes a structure of text; the container gets it later.",
)
def container_host_config_from_job(job: Job) -> HostConfig:
    """Rebuild the HostConfig in the same way as the Config."""
    return encoding.unmarshal(HostConfig, job.env)
