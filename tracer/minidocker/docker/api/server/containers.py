"""The routes of containers."""

from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.server.answers import write_json
from tracer.minidocker.docker.api.server.forms import parse_form
from tracer.minidocker.docker.engine import Engine, Env, tail
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.postContainersCreate")
async def post_containers_create(
    engine: Engine, connection: int, request: http.Request, _name: str
) -> None:
    """Create a container from the Config in the body."""
    form = parse_form(request)
    job = engine.job("create", form.get("name", ""))
    job.decode_env(request.body)
    await job.run()
    write_json(connection, 201, Env(Id=tail(job.output, 1), Warnings=[]))


@twin_of("github.com/docker/docker/api/server.postContainersAttach")
async def post_containers_attach(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Turn the connection into a stream of output."""
    job = engine.job("attach", name)
    if request.query.get("stdin"):
        job.stdin = partial(syscall.read, connection)
    job.stdout = partial(syscall.write, connection)
    http.answer(connection, 200)
    await job.run()


@twin_of("github.com/docker/docker/api/server.postContainersStart")
async def post_containers_start(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Start a container with the HostConfig in the body, and answer when its program runs."""
    job = engine.job("start", name)
    job.decode_env(request.body)
    await job.run()
    http.answer(connection, 204)


@twin_of("github.com/docker/docker/api/server.postContainersWait")
async def post_containers_wait(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer with the exit code, however long that takes."""
    del request
    job = engine.job("wait", name)
    await job.run()
    http.answer(connection, 200, {"StatusCode": int(job.output[0])})


async def get_containers_changes(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """List what a container has changed."""
    del request
    job = engine.job("container_changes", name)
    await job.run()
    http.answer(connection, 200, job.output[0])
