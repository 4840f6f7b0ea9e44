"""Wait for the end of a container."""

from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerWait")
async def container_wait(daemon: Daemon, job: Job) -> None:
    """Answer the job "wait" when the container has ended."""
    container = daemon.get(job.args[0])
    job.output.append(str(await container.state.wait_stop()))
