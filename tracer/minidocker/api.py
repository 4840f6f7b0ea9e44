"""The daemon's HTTP side: each route is a function that sets up a job and runs it."""

import re
from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker import goroutine, net, syscall, wire
from tracer.minidocker.engine import Engine
from tracer.minidocker.errors import DockerError, NotFoundError
from tracer.minidocker.twin import twin_of

Route = Callable[[Engine, int, wire.Request, str], Awaitable[None]]
VERSION = re.compile(r"/v[0-9.]+(?=/)")


@twin_of("github.com/docker/docker/api/server.postContainersCreate")
async def post_containers_create(
    engine: Engine, connection: int, request: wire.Request, _name: str
) -> None:
    """Create a container from the Config in the body."""
    job = engine.job("create", request.query.get("name", ""))
    job.decode_env(request.body)
    await job.run()
    wire.answer(connection, 201, {"Id": job.output[0], "Warnings": job.output[1:]})


@twin_of("github.com/docker/docker/api/server.postContainersAttach")
async def post_containers_attach(
    engine: Engine, connection: int, request: wire.Request, name: str
) -> None:
    """Turn the connection into a stream of output."""
    del request
    job = engine.job("attach", name)
    job.stdout = partial(syscall.write, connection)
    wire.answer(connection, 200)
    await job.run()


@twin_of("github.com/docker/docker/api/server.postContainersStart")
async def post_containers_start(
    engine: Engine, connection: int, request: wire.Request, name: str
) -> None:
    """Start a container with the HostConfig in the body, and answer when its program runs."""
    job = engine.job("start", name)
    job.decode_env(request.body)
    await job.run()
    wire.answer(connection, 204)


@twin_of("github.com/docker/docker/api/server.postContainersWait")
async def post_containers_wait(
    engine: Engine, connection: int, request: wire.Request, name: str
) -> None:
    """Answer with the exit code, however long that takes."""
    del request
    job = engine.job("wait", name)
    await job.run()
    wire.answer(connection, 200, {"StatusCode": int(job.output[0])})


ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "/containers/create"): post_containers_create,
    ("POST", "/containers/{name}/attach"): post_containers_attach,
    ("POST", "/containers/{name}/start"): post_containers_start,
    ("POST", "/containers/{name}/wait"): post_containers_wait,
}


async def serve(socket: str, engine: Engine) -> int:
    """Take connections for ever; each request has its own goroutine."""
    listener = net.listen(socket)
    while True:
        connection = await syscall.accept(listener)
        goroutine.start(_serve_one(engine, connection))


def find_route(method: str, path: str) -> tuple[Route, str]:
    """Find the route of a path, with or without a version in front, and the name in it."""
    path = VERSION.sub("", path, count=1)
    for (verb, template), route in ROUTES.items():
        match = re.fullmatch(template.replace("{name}", "(?P<name>.*)"), path)
        if verb == method and match:
            return route, match.groupdict().get("name", "")
    raise NotFoundError(f"no route for {method} {path}")


async def _serve_one(engine: Engine, connection: int) -> None:
    request = await wire.read_request(connection)
    try:
        route, name = find_route(request.method, request.path)
        await route(engine, connection, request, name)
    except DockerError as error:
        wire.answer(connection, error.status, str(error))
    syscall.close(connection)
