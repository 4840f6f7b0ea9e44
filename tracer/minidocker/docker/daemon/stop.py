"""Stop a container."""

from tracer.minidocker.docker.daemon import container_control
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import NotModifiedError
from tracer.minidocker.twin import twin_of

SECONDS = "10"  # unless the client says how long


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerStop")
async def container_stop(daemon: Daemon, job: Job) -> None:
    """Answer the job "stop" when the container has ended, one way or the other."""
    container = daemon.get(job.args[0])
    if not container.state.is_running():
        raise NotModifiedError("Container already stopped")
    await container_control.stop(container, int(job.env.get("t") or SECONDS))
    await container.log_event("stop")
