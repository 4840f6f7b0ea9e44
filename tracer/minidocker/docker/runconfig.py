"""What the user asked for: Config goes with the container, HostConfig belongs to this host."""

import argparse
from dataclasses import asdict, dataclass, field, replace
from typing import NoReturn

from tracer.minidocker.docker import nat
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import UsageError
from tracer.minidocker.docker.nat import Binding
from tracer.minidocker.twin import twin_of


@dataclass(frozen=True)
class Config:
    """The portable half, sent when the container is created."""

    image: str
    cmd: list[str] = field(default_factory=list)
    env: list[str] = field(default_factory=list)
    hostname: str = ""
    user: str = ""
    working_dir: str = ""
    memory: int = 0  # bytes; 0 is no limit
    network_disabled: bool = False
    exposed_ports: list[str] = field(default_factory=list)  # such as 80/tcp


@dataclass(frozen=True)
class HostConfig:
    """The half bound to the host, sent when the container is started."""

    binds: list[str] = field(default_factory=list)
    network_mode: str = "bridge"
    cap_add: list[str] = field(default_factory=list)
    cap_drop: list[str] = field(default_factory=list)
    privileged: bool = False
    restart: str = "no"  # or on-failure:N
    port_bindings: dict[str, list[Binding]] = field(default_factory=dict)
    publish_all_ports: bool = False


@dataclass(frozen=True)
class RunOptions:
    """A parsed command line of `docker run`."""

    config: Config
    host_config: HostConfig
    name: str
    detach: bool


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


@twin_of("github.com/docker/docker/runconfig.ParseSubcommand")
def parse_subcommand(args: list[str]) -> RunOptions:
    """Split the arguments of `docker run` before anything is sent."""
    parser = _Parser(prog="docker run", add_help=False)
    return _parse_run(parser, args)


@twin_of("github.com/docker/docker/runconfig.parseRun")
def _parse_run(parser: argparse.ArgumentParser, args: list[str]) -> RunOptions:
    """Sort each flag into the half that it belongs to."""
    for flags, default in ((("--name",), ""), (("-h", "--hostname"), ""), (("-u", "--user"), "")):
        parser.add_argument(*flags, default=default)
    for flags in (("-e", "--env"), ("-v", "--volume"), ("--cap-add",), ("--cap-drop",)):
        parser.add_argument(*flags, action="append", default=[])
    for flags in (("-p", "--publish"), ("--expose",)):
        parser.add_argument(*flags, action="append", default=[])
    for flags in (("-d", "--detach"), ("--privileged",), ("-P", "--publish-all")):
        parser.add_argument(*flags, action="store_true")
    parser.add_argument("-w", "--workdir", default="")
    parser.add_argument("-m", "--memory", type=int, default=0)
    parser.add_argument("--restart", default="no")
    parser.add_argument("--net", default="bridge", choices=["bridge", "none", "host"])
    parser.add_argument("image")
    parser.add_argument("cmd", nargs=argparse.REMAINDER)
    flag = parser.parse_args(args)
    bindings = nat.parse_port_specs(flag.publish)
    exposed = sorted({*bindings, *map(nat.new_port, flag.expose)})
    config = Config(
        *(flag.image, flag.cmd, flag.env, flag.hostname, flag.user, flag.workdir, flag.memory),
        exposed_ports=exposed,
    )
    host_config = HostConfig(
        *(flag.volume, flag.net, flag.cap_add, flag.cap_drop, flag.privileged, flag.restart),
        *(bindings, flag.publish_all),
    )
    return RunOptions(config, host_config, flag.name, flag.detach)


@twin_of("github.com/docker/docker/runconfig.ContainerConfigFromJob")
def container_config_from_job(job: Job) -> Config:
    """Rebuild the Config from the job's environment: only text came over the wire."""
    return Config(**{key: job.env[key] for key in asdict(Config("")) if key in job.env})


@twin_of("github.com/docker/docker/runconfig.ContainerHostConfigFromJob")
def container_host_config_from_job(job: Job) -> HostConfig:
    """Rebuild the HostConfig in the same way."""
    return HostConfig(**{key: job.env[key] for key in asdict(HostConfig()) if key in job.env})


@twin_of("github.com/docker/docker/runconfig.Merge")
def merge(user: Config, image: Config) -> Config:
    """Fill what the user has left open with what the image says."""
    named = {each.partition("=")[0] for each in user.env}
    return replace(
        user,
        user=user.user or image.user,
        memory=user.memory or image.memory,
        env=[*user.env, *(each for each in image.env if each.partition("=")[0] not in named)],
        cmd=user.cmd or image.cmd,
        working_dir=user.working_dir or image.working_dir,
    )
