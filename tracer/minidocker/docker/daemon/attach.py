"""Attach to a container: its output goes over the connection until there is no more."""

from functools import partial

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.container_streams import read_log, stderr_pipe, stdout_pipe
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.pkg.bufreader import BufReader
from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.goroutine import Result
from tracer.minidocker.golib.pipe import Pipe, Read, Write
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerAttach")
async def container_attach(daemon: Daemon, job: Job) -> None:
    """Answer the job "attach": what was said before, if asked for, then what is said now."""
    container = daemon.get(job.args[0])
    outputs = {"stdout": job.stdout, "stderr": job.stderr}
    chosen = {name: write for name, write in outputs.items() if write and job.env.get(name)}
    if job.env.get("logs"):
        for record in await read_log(container):
            if write := chosen.get(record["stream"]):
                write(record["log"].encode())
    if job.env.get("stream"):
        if job.stdin and container.stdin:
            goroutine.start(_copy_stdin(job.stdin, container.stdin))
        await _attach(container, chosen.get("stdout"), chosen.get("stderr")).arrived


@twin_of("(*github.com/docker/docker/daemon.Daemon).Attach")
def _attach(container: Container, stdout: Write | None, stderr: Write | None) -> Result:
    """Begin to copy each output that is wanted, and let somebody wait for the end of all."""
    copies, readers = [], []
    if stdout:
        readers.append(reader := stdout_pipe(container))
        copies.append(ended := Result())
        goroutine.start(_copy_stdout(reader, stdout, ended))
    if stderr:
        readers.append(reader := stderr_pipe(container))
        copies.append(ended := Result())
        goroutine.start(_copy_stderr(reader, stderr, ended))
    return goroutine.go(partial(_wait_for_copies, tuple(copies), tuple(readers)))


async def _copy_stdin(read: Read, pipe: Pipe) -> None:
    while data := await read():
        pipe.write(data)
    pipe.close()


@twin_of("(*github.com/docker/docker/daemon.Daemon).Attach$2")
async def _copy_stdout(reader: BufReader, write: Write, ended: Result) -> None:
    """Copy the standard output."""
    await _copy(reader, write, ended)


@twin_of("(*github.com/docker/docker/daemon.Daemon).Attach$4")
async def _copy_stderr(reader: BufReader, write: Write, ended: Result) -> None:
    """Copy the standard error."""
    await _copy(reader, write, ended)


@twin_of("(*github.com/docker/docker/daemon.Daemon).Attach$6")
async def _wait_for_copies(copies: tuple[Result, ...], readers: tuple[BufReader, ...]) -> None:
    """Wait for the end of all outputs; the first failure ends the others too."""
    try:
        for copy in copies:
            await copy.receive()
    finally:
        for reader in readers:
            reader.close()


async def _copy(reader: BufReader, write: Write, ended: Result) -> None:
    try:
        while data := await reader.read():
            write(data)
    except KernelError as error:
        ended.end(error)
    else:
        ended.end()
