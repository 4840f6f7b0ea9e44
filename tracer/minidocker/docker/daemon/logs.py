"""What a container has printed, and with "follow" what it prints from now on."""

from tracer.minidocker.docker.daemon.container_streams import (
    read_log,
    stderr_log_pipe,
    stdout_log_pipe,
)
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import UsageError
from tracer.minidocker.docker.pkg.bufreader import BufReader
from tracer.minidocker.docker.pkg.jsonlog import formatted, write_log
from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.pipe import Write
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerLogs")
async def container_logs(daemon: Daemon, job: Job) -> None:
    """Answer the job "logs" from the file; who follows is one more reader of the output.

    As in 1.2.0, who follows a stopped container sleeps until its next run has ended.
    """
    outputs = {"stdout": job.stdout, "stderr": job.stderr}
    chosen = {name: write for name, write in outputs.items() if write and job.env.get(name)}
    if not chosen:
        raise UsageError("You must choose at least one stream")
    container, times = daemon.get(job.args[0]), bool(job.env.get("timestamps"))
    records = await read_log(container)
    for record in records[_first(job.env.get("tail"), len(records)) :]:
        if write := chosen.get(record["stream"]):
            write(formatted(record, times=times))
    if not job.env.get("follow"):
        return
    ended = Wait()
    if write := chosen.get("stdout"):
        goroutine.start(_follow_stdout(stdout_log_pipe(container), write, ended, times=times))
    if write := chosen.get("stderr"):
        goroutine.start(_follow_stderr(stderr_log_pipe(container), write, ended, times=times))
    await ended


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerLogs$1")
async def _follow_stdout(reader: BufReader, write: Write, ended: Wait, *, times: bool) -> None:
    """Print what comes to standard output."""
    await write_log(reader, write, times=times)
    ended.close()


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerLogs$2")
async def _follow_stderr(reader: BufReader, write: Write, ended: Wait, *, times: bool) -> None:
    """Print what comes to standard error."""
    await write_log(reader, write, times=times)
    ended.close()


def _first(tail: object, count: int) -> int:
    """Find the first record of the last ones; what is no number stands for all."""
    text = str(tail)
    return max(0, count - int(text)) if text.isdecimal() else 0
