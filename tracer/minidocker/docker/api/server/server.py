"""Listen, find the route of each request, and run it in its own goroutine."""

import re
from collections.abc import Awaitable, Callable

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.server import containers
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.golib import goroutine, http, net

Route = Callable[[Engine, int, http.Request, str], Awaitable[None]]
VERSION = re.compile(r"/v[0-9.]+(?=/)")


ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "/containers/create"): containers.post_containers_create,
    ("POST", "/containers/{name}/attach"): containers.post_containers_attach,
    ("POST", "/containers/{name}/start"): containers.post_containers_start,
    ("POST", "/containers/{name}/wait"): containers.post_containers_wait,
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
    request = await http.read_request(connection)
    try:
        route, name = find_route(request.method, request.path)
        await route(engine, connection, request, name)
    except DockerError as error:
        http.answer(connection, error.status, str(error))
    syscall.close(connection)
