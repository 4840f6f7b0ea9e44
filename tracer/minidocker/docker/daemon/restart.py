"""Stop a container and start it again."""

from tracer.minidocker.docker.daemon import container_control
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.stop import SECONDS
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerRestart")
async def container_restart(daemon: Daemon, job: Job) -> None:
    """Answer the job "restart"; a stopped container is only started."""
    container = daemon.get(job.args[0])
    await container_control.restart(container, int(job.env.get("t") or SECONDS))
    await container.log_event("restart")
