"""The table of containers, as data."""

import json
from collections.abc import Iterator
from typing import Any

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Env, Job
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.golib import time
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).Containers")
async def containers(daemon: Daemon, job: Job) -> None:
    """Answer the job "containers": those that run, or as many as were asked for, newest first."""
    rows = [_row(each) for each in _chosen(daemon, job.env)]
    job.output.append(json.dumps(rows, sort_keys=True))


@twin_of("(*github.com/docker/docker/daemon.Daemon).List")
def list_containers(daemon: Daemon) -> tuple[Container, ...]:
    """List all containers, the newest first."""
    return tuple(reversed(daemon.containers.values()))


def _chosen(daemon: Daemon, env: Env) -> Iterator[Container]:
    limit, shown = int(env.get("limit") or -1), 0
    since, before = (_find(daemon, env.get(word)) for word in ("since", "before"))
    some = env.get("all") or limit > 0 or since or before
    begun = before is None
    for container in list_containers(daemon):
        if container is since or shown == limit:
            return
        wanted = begun and (some or container.state.is_running())
        begun = begun or container is before
        if wanted and _ended_with(container, env.get("exited")):
            shown += 1
            yield container


def _find(daemon: Daemon, name: str | None) -> Container | None:
    try:
        return daemon.get(name) if name else None
    except NotFoundError:
        raise DockerError(f"Could not find container with name or id {name}") from None


def _ended_with(container: Container, codes: list[str] | None) -> bool:
    """Say whether the exit code is one of those; what runs has none yet."""
    running = container.state.is_running()
    return not codes or running or str(container.state.exit_code) in codes


def _row(container: Container) -> dict[str, Any]:
    words = [f"'{word}'" if " " in word else word for word in container.argv]
    image = container.config.image
    return {
        "Id": container.id,
        "Names": [f"/{container.name}"],
        "Image": image if ":" in image else f"{image}:latest",
        "Command": " ".join(words),
        "Created": time.written(container.created),
        "Status": str(container.state),
        "Ports": _ports(container),
    }


def _ports(container: Container) -> list[dict[str, Any]]:
    """List the ports that are exposed, each as often as it is published."""
    ports = []
    for port, bindings in sorted((container.network.get("Ports") or {}).items()):
        number, _, protocol = port.partition("/")
        inside = {"PrivatePort": int(number), "Type": protocol}
        outside = [{"IP": each["HostIp"], "PublicPort": int(each["HostPort"])} for each in bindings]
        ports += [inside | each for each in outside or [{}]]
    return ports
