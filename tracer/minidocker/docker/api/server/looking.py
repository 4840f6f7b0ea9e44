"""The routes that change nothing: inspect, list, logs, changes, top, events."""

from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.server.answers import answer_output
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.errors import DockerError, UsageError
from tracer.minidocker.docker.pkg.stdcopy import STDERR, STDOUT, new_std_writer
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.getContainersByName")
async def get_containers_by_name(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer with the container's JSON."""
    del request
    await answer_output(engine.job("container_inspect", name), connection)


@twin_of("github.com/docker/docker/api/server.getContainersJSON")
async def get_containers_json(
    engine: Engine, connection: int, request: http.Request, _name: str
) -> None:
    """Answer with a list of containers."""
    job = engine.job("containers")
    job.env.update(request.query)
    job.env["exited"] = [each for each in request.query.get("exited", "").split(",") if each]
    await answer_output(job, connection)


@twin_of("github.com/docker/docker/api/server.getContainersLogs")
async def get_containers_logs(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer with a stream; what can be wrong is found before it begins."""
    inspect, job = engine.job("container_inspect", name), engine.job("logs", name)
    job.env.update(request.query)
    if not (request.query.get("stdout") or request.query.get("stderr")):
        raise UsageError("Bad parameters: you must choose at least one stream")
    await inspect.run()
    send = partial(syscall.write, connection)
    job.stderr = new_std_writer(send, STDERR).write
    job.stdout = new_std_writer(send, STDOUT).write
    http.answer(connection, 200)
    try:
        await job.run()
    except DockerError as error:
        job.stdout(f"Error running logs job: {error}\n".encode())


async def get_containers_changes(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """List what a container has changed."""
    del request
    await answer_output(engine.job("container_changes", name), connection)


async def get_containers_top(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer with the table of processes."""
    await answer_output(engine.job("top", name, request.query.get("ps_args", "")), connection)


async def get_events(engine: Engine, connection: int, request: http.Request, _name: str) -> None:
    """Answer with a stream of events."""
    job = engine.job("events")
    job.env.update(request.query)
    job.stdout = partial(syscall.write, connection)
    http.answer(connection, 200)
    await job.run()
