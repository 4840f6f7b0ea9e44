"""The output of a container for those who come to read it: that part of container.go."""

import json
from typing import Any

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.pkg.broadcastwriter import BroadcastWriter
from tracer.minidocker.docker.pkg.bufreader import BufReader, new_buf_reader
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.pipe import Pipe
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Container).StdoutPipe")
def stdout_pipe(container: Container) -> BufReader:
    """Listen to the standard output from now on, as it is."""
    return _listen(container.stdout, "")


@twin_of("(*github.com/docker/docker/daemon.Container).StderrPipe")
def stderr_pipe(container: Container) -> BufReader:
    """Listen to the standard error from now on, as it is."""
    return _listen(container.stderr, "")


@twin_of("(*github.com/docker/docker/daemon.Container).StdoutLogPipe")
def stdout_log_pipe(container: Container) -> BufReader:
    """Listen to the standard output as the log does: whole lines, as records."""
    return _listen(container.stdout, "stdout")


@twin_of("(*github.com/docker/docker/daemon.Container).StderrLogPipe")
def stderr_log_pipe(container: Container) -> BufReader:
    """Listen to the standard error as the log does."""
    return _listen(container.stderr, "stderr")


@twin_of("(*github.com/docker/docker/daemon.Container).ReadLog")
async def read_log(container: Container) -> list[dict[str, Any]]:
    """Read all records of the log file; without a file there is none."""
    path = f"{container.directory}/{container.id}-json.log"
    text = await ioutil.read_file(path) if ioutil.exists(path) else ""
    return [json.loads(line) for line in text.splitlines()]


def _listen(output: BroadcastWriter, stream: str) -> BufReader:
    pipe = Pipe()
    output.add_writer(pipe, stream)
    return new_buf_reader(pipe)
