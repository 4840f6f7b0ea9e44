"""The command line of `docker run` becomes a Config and a HostConfig, before anything is sent."""

import posixpath
from dataclasses import dataclass
from typing import Any

from tracer.minidocker.docker import nat, opts
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg.mflag import FlagSet
from tracer.minidocker.docker.runconfig.config import Config
from tracer.minidocker.docker.runconfig.hostconfig import DeviceMapping, HostConfig, RestartPolicy
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

ON_ITS_OWN = "The client only sorts words, before anything is sent."
ALONE = ("bridge", "none", "host")  # networks that need no name after them
MOST_PARTS = 3  # of a device: on the host, inside, what may be done with it


@dataclass(frozen=True)
class RunOptions:
    """A parsed command line."""

    config: Config
    host_config: HostConfig
    name: str
    auto_remove: bool


@twin_of("github.com/docker/docker/runconfig.ParseSubcommand", passes=ON_ITS_OWN)
async def parse_subcommand(cmd: FlagSet, args: list[str], own: dict[str, str]) -> RunOptions:
    """Split the arguments of a command that runs containers; `own` is the client's environment."""
    return await _parse_run(cmd, args, own)


@twin_of("github.com/docker/docker/runconfig.parseRun", passes=ON_ITS_OWN)
async def _parse_run(cmd: FlagSet, args: list[str], own: dict[str, str]) -> RunOptions:
    """Sort each flag into the half that it belongs to."""
    values, rest = cmd.parse(args)
    flag: dict[str, Any] = values
    _refuse_conflicts(flag)
    binds = [each for each in flag["volume"] if ":" in each]
    flag["volume"] = opts.ListOpts(flag["volume"])
    for bind in binds:  # what belongs to this host must not get into an image
        flag["volume"].delete(bind)
    env = await _environment(flag, own)
    ports = nat.parse_port_specs(flag["publish"])
    config = _config(flag, rest, env, ports)
    host_config = _host_config(flag, binds, ports)
    if flag["rm"] and host_config.restart_policy.name:
        raise DockerError("Conflicting options: --restart and --rm")
    return RunOptions(config, host_config, flag["name"], flag["rm"])


def parse_restart_policy(text: str) -> RestartPolicy:
    """Read no, always, or on-failure with or without a number."""
    name, colon, count = text.partition(":")
    if name in ("", "no"):
        return RestartPolicy()
    if name == "always" and colon:
        raise DockerError('maximum restart count not valid with restart policy of "always"')
    if name not in ("always", "on-failure"):
        raise DockerError(f"invalid restart policy {name}")
    if colon and not count.isdecimal():
        raise DockerError(f'strconv.ParseInt: parsing "{count}": invalid syntax')
    return RestartPolicy(name, int(count or 0))


def parse_net_mode(text: str) -> str:
    """Check the word for the network."""
    kind, _, name = text.partition(":")
    if kind == "container" and not name:
        raise DockerError("--net: invalid net mode: invalid container format container:<name|id>")
    if kind not in (*ALONE, "container"):
        raise DockerError(f"--net: invalid net mode: invalid --net: {text}")
    return text


def parse_device(text: str) -> DeviceMapping:
    """Read a device: its path on the host, inside, and what may be done with it."""
    parts = text.split(":")
    if len(parts) > MOST_PARTS:
        raise DockerError(f"Invalid device specification: {text}")
    source, inside, permissions = [*parts, "", ""][:MOST_PARTS]
    return DeviceMapping(source, inside or source, permissions or "rwm")


def _refuse_conflicts(flag: dict[str, Any]) -> None:
    if flag["detach"] and flag["attach"]:
        raise DockerError("Conflicting options: -a and -d")
    if flag["workdir"] and not posixpath.isabs(flag["workdir"]):
        raise DockerError("The working directory must be an absolute path.")
    if flag["detach"] and flag["rm"]:
        raise DockerError("Conflicting options: --rm and -d")
    if flag["net"] not in ("bridge", "none") and flag["hostname"]:
        raise DockerError("Conflicting options: -h and the network mode (--net)")
    if flag["net"] == "host" and flag["link"]:
        raise DockerError("Conflicting options: --net=host can't be used with links")
    for volume in flag["volume"]:
        if volume.split(":")[:2][-1] == "/":
            raise DockerError("Invalid volume: the path inside can't be '/'")


async def _environment(flag: dict[str, Any], own: dict[str, str]) -> list[str]:
    """Collect variables; one without a value takes the client's own."""
    files = [
        each
        for path in flag["env-file"]
        for each in opts.parse_env_file(await ioutil.read_file(path), own)
    ]
    return [
        *files,
        *(each if "=" in each else f"{each}={own.get(each, '')}" for each in flag["env"]),
    ]


def _config(
    flag: dict[str, Any], rest: list[str], env: list[str], ports: dict[str, list[nat.Binding]]
) -> Config:
    exposed = [*ports, *(nat.new_port(each) for each in flag["expose"])]
    streams = flag["attach"] or ([] if flag["detach"] else ["stdout", "stderr"])
    if flag["interactive"] and not flag["attach"] and not flag["detach"]:
        streams = [*streams, "stdin"]
    hostname, _, domainname = flag["hostname"].partition(".")
    return Config(
        image=rest[0] if rest else "",
        cmd=rest[1:],
        entrypoint=[flag["entrypoint"]] if flag["entrypoint"] else [],
        env=env,
        hostname=hostname,
        domainname=domainname,
        user=flag["user"],
        working_dir=flag["workdir"],
        memory=opts.ram_in_bytes(flag["memory"]) if flag["memory"] else 0,
        cpu_shares=flag["cpu-shares"],
        cpuset=flag["cpuset"],
        attach_stdin="stdin" in streams,
        attach_stdout="stdout" in streams,
        attach_stderr="stderr" in streams,
        open_stdin=flag["interactive"],
        stdin_once=flag["interactive"] and "stdin" in streams,
        tty=flag["tty"],
        exposed_ports={port: {} for port in exposed},
        volumes={each: {} for each in flag["volume"]},
    )


def _host_config(
    flag: dict[str, Any], binds: list[str], ports: dict[str, list[nat.Binding]]
) -> HostConfig:
    return HostConfig(
        binds=binds,
        container_id_file=flag["cidfile"],
        privileged=flag["privileged"],
        port_bindings=ports,
        links=flag["link"],
        publish_all_ports=flag["publish-all"],
        dns=flag["dns"],
        dns_search=flag["dns-search"],
        volumes_from=flag["volumes-from"],
        devices=[parse_device(each) for each in flag["device"]],
        network_mode=parse_net_mode(flag["net"]),
        cap_add=flag["cap-add"],
        cap_drop=flag["cap-drop"],
        restart_policy=parse_restart_policy(flag["restart"]),
    )
