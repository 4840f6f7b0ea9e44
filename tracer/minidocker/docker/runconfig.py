"""What the user asked for: Config goes with the container, HostConfig belongs to this host."""

import argparse
from dataclasses import asdict, dataclass, field, replace
from typing import NoReturn

from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import UsageError
from tracer.minidocker.docker.opts import ListOpts
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
    volumes: dict[str, dict[str, str]] = field(default_factory=dict)  # by their paths inside


@dataclass(frozen=True)
class HostConfig:
    """The half bound to the host, sent when the container is started."""

    binds: list[str] = field(default_factory=list)
    network_mode: str = "bridge"
    cap_add: list[str] = field(default_factory=list)
    cap_drop: list[str] = field(default_factory=list)
    privileged: bool = False
    restart: str = "no"  # or on-failure:N
    volumes_from: list[str] = field(default_factory=list)


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
    for flags in (("-d", "--detach"), ("--privileged",)):
        parser.add_argument(*flags, action="store_true")
    parser.add_argument("--volumes-from", action="append", default=[])
    parser.add_argument("-w", "--workdir", default="")
    parser.add_argument("-m", "--memory", type=int, default=0)
    parser.add_argument("--restart", default="no")
    parser.add_argument("--net", default="bridge", choices=["bridge", "none", "host"])
    parser.add_argument("image")
    parser.add_argument("cmd", nargs=argparse.REMAINDER)
    flag = parser.parse_args(args)
    volumes, binds = ListOpts(flag.volume), [each for each in flag.volume if ":" in each]
    for bind in binds:
        volumes.delete(bind)
    config = Config(
        flag.image,
        flag.cmd,
        flag.env,
        flag.hostname,
        flag.user,
        flag.workdir,
        flag.memory,
        {path: {} for path in volumes},
    )
    host_config = HostConfig(
        binds, flag.net, flag.cap_add, flag.cap_drop, flag.privileged, flag.restart
    )
    host_config = replace(host_config, volumes_from=flag.volumes_from)
    return RunOptions(config, host_config, flag.name, flag.detach)


@twin_of("github.com/docker/docker/runconfig.ContainerConfigFromJob")
def container_config_from_job(job: Job) -> Config:
    """Rebuild the Config from the job's environment: only text came over the wire."""
    return Config(**{key: job.env[key] for key in asdict(Config("")) if key in job.env})


@twin_of("github.com/docker/docker/runconfig.ContainerHostConfigFromJob")
def container_host_config_from_job(job: Job) -> HostConfig:
    """Rebuild the HostConfig in the same way."""
    return HostConfig(**{key: job.env[key] for key in asdict(HostConfig()) if key in job.env})
