"""Freeze a container and let it go on."""

from tracer.minidocker.docker.daemon import container_control
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerPause")
async def container_pause(daemon: Daemon, job: Job) -> None:
    """Answer the job "pause"."""
    container = daemon.get(job.args[0])
    try:
        await container_control.pause(container)
    except DockerError as error:
        raise DockerError(f"Cannot pause container {job.args[0]}: {error}") from error
    await container.log_event("pause")


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerUnpause")
async def container_unpause(daemon: Daemon, job: Job) -> None:
    """Answer the job "unpause"."""
    container = daemon.get(job.args[0])
    try:
        await container_control.unpause(container)
    except DockerError as error:
        raise DockerError(f"Cannot unpause container {job.args[0]}: {error}") from error
    await container.log_event("unpause")
