"""Wait for the end of a container."""

from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerWait")
async def container_wait(daemon: Daemon, job: Job) -> None:
    """Answer the job "wait" when the container has ended."""
    try:
        container = daemon.get(job.args[0])
    except NotFoundError:
        raise DockerError(f"wait: no such container: {job.args[0]}") from None
    job.output.append(str(await container.state.wait_stop()))
