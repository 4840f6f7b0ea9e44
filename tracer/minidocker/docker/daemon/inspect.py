"""Everything that is known of one container."""

import json
from dataclasses import asdict
from typing import Any

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.golib import time
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerInspect")
async def container_inspect(daemon: Daemon, job: Job) -> None:
    """Answer the job "container_inspect", with the lock, so that all fits together."""
    container = daemon.get(job.args[0])
    async with container.lock:
        known = {
            "Id": container.id,
            "Created": time.written(container.created),
            "Path": container.config.cmd[0] if container.config.cmd else "",
            "Args": container.config.cmd[1:],
            "Config": _in_go(asdict(container.config)),
            "State": container.state.as_dict(),
            "Image": container.config.image,
            "NetworkSettings": _network_settings(container),
            "ResolvConfPath": f"{container.directory}/resolv.conf",
            "HostnamePath": f"{container.directory}/hostname",
            "HostsPath": f"{container.directory}/hosts",
            "Name": f"/{container.name}",
            "Driver": type(daemon.layers).__name__.lower(),
            "ExecDriver": "native-0.2",
            "MountLabel": "",
            "ProcessLabel": "",
            "Volumes": container.volumes,
            "VolumesRW": container.volumes_rw,
            "HostConfig": _in_go(asdict(container.host_config)),
        }
    job.output.append(json.dumps(known, sort_keys=True))


def _in_go(values: dict[str, Any]) -> dict[str, Any]:
    """Name fields as Go does: `working_dir` is WorkingDir."""
    return {"".join(map(str.capitalize, name.split("_"))): each for name, each in values.items()}


def _network_settings(container: Container) -> dict[str, Any]:
    address, _, length = container.network.get("address", "").partition("/")
    return {
        "Bridge": "docker0" if address else "",
        "Gateway": container.network.get("gateway", ""),
        "IPAddress": address,
        "IPPrefixLen": int(length or 0),
        "PortMapping": None,
        "Ports": {} if address else None,
    }
