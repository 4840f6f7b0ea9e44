"""The routes of containers."""

from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.postContainersCreate")
async def post_containers_create(
    engine: Engine, connection: int, request: http.Request, _name: str
) -> None:
    """Create a container from the Config in the body."""
    job = engine.job("create", request.query.get("name", ""))
    job.decode_env(request.body)
    await job.run()
    http.answer(connection, 201, {"Id": job.output[0], "Warnings": job.output[1:]})


@twin_of("github.com/docker/docker/api/server.postContainersAttach")
async def post_containers_attach(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Turn the connection into a stream of output."""
    del request
    job = engine.job("attach", name)
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
