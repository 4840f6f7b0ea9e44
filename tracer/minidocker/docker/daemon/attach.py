"""Attach to a container: its output goes over the connection until there is no more."""

from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import UsageError
from tracer.minidocker.docker.pkg.broadcastwriter import frame
from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.exec import Read
from tracer.minidocker.golib.io import Pipe


async def container_attach(daemon: Daemon, job: Job) -> None:
    """Answer the job "attach": send output over the connection until there will be no more."""
    container, write = daemon.get(job.args[0]), job.stdout
    if write is None:
        raise UsageError("attach needs a connection")
    if job.stdin and container.stdin:
        goroutine.start(_copy_input(job.stdin, container.stdin))
    container.stdout.add(lambda data: write(frame(1, data)))
    container.stderr.add(lambda data: write(frame(2, data)))
    await container.stdout.closed


async def _copy_input(read: Read, pipe: Pipe) -> None:
    while data := await read():
        pipe.write(data)
    pipe.close()
