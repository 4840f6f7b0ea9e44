"""What the user asked for: Config goes with the container, HostConfig belongs to this host."""

from tracer.minidocker.docker.runconfig.config import Config, container_config_from_job
from tracer.minidocker.docker.runconfig.hostconfig import (
    DeviceMapping,
    HostConfig,
    RestartPolicy,
    container_host_config_from_job,
)
from tracer.minidocker.docker.runconfig.merge import merge

__all__ = [
    "Config",
    "DeviceMapping",
    "HostConfig",
    "RestartPolicy",
    "container_config_from_job",
    "container_host_config_from_job",
    "merge",
]
