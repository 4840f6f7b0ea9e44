"""Config: what the user asked for and an image can carry too, so that it may go to another host."""

from dataclasses import dataclass, field

from tracer.minidocker.docker.engine import Job
from tracer.minidocker.golib import encoding
from tracer.minidocker.twin import twin_of

Nothing = dict[str, str]  # Go's sets are maps to empty structures


@dataclass(frozen=True)
class Config:
    """The portable half, sent when the container is created."""

    image: str = ""
    cmd: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    env: list[str] = field(default_factory=list)
    hostname: str = ""
    domainname: str = ""
    user: str = ""
    working_dir: str = ""
    memory: int = 0  # bytes; 0 is no limit
    memory_swap: int = 0  # with swap; 0 is twice the memory, -1 no limit
    cpu_shares: int = 0
    cpuset: str = ""
    attach_stdin: bool = False
    attach_stdout: bool = False
    attach_stderr: bool = False
    open_stdin: bool = False
    stdin_once: bool = False  # close it when the attached client goes away
    tty: bool = False
    exposed_ports: dict[str, Nothing] = field(default_factory=dict)  # "80/tcp"
    volumes: dict[str, Nothing] = field(default_factory=dict)
    network_disabled: bool = False


@twin_of(
    "github.com/docker/docker/runconfig.ContainerConfigFromJob",
    passes="It makes a structure of text; the container that gets it is still to be made.",
)
def container_config_from_job(job: Job) -> Config:
    """Rebuild the Config from the job's environment: only text came over the wire."""
    return encoding.unmarshal(Config, job.env)
