"""Everything that is known of one container."""

import json
from typing import Any

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.golib import encoding, time
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerInspect")
async def container_inspect(daemon: Daemon, job: Job) -> None:
    """Answer the job "container_inspect", with the lock, so that all fits together."""
    container = daemon.get(job.args[0])
    async with container.lock:
        known = {
            "Id": container.id,
            "Created": time.written(container.created),
            "Path": container.argv[0] if container.argv else "",
            "Args": container.argv[1:],
            "Config": encoding.marshal(container.config),
            "State": container.state.as_dict(),
            "Image": container.image,
            "NetworkSettings": _network_settings(container),
            "ResolvConfPath": container.resolv_conf_path,
            "HostnamePath": container.hostname_path,
            "HostsPath": container.hosts_path,
            "Name": f"/{container.name}",
            "Driver": container.driver,
            "ExecDriver": container.exec_driver,
            "MountLabel": container.mount_label,
            "ProcessLabel": container.process_label,
            "Volumes": container.volumes,
            "VolumesRW": container.volumes_rw,
            "HostConfig": encoding.marshal(container.host_config),
        }
    job.output.append(json.dumps(known, sort_keys=True))


def _network_settings(container: Container) -> dict[str, Any]:
    """Docker gives all fields, empty ones too."""
    nothing = {"Bridge": "", "Gateway": "", "IPAddress": "", "IPPrefixLen": 0}
    return {**nothing, "PortMapping": None, "Ports": None, **container.network}
