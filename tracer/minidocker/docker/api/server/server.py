"""Listen, find the route of each request, and run it in its own goroutine."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.server import containers, lifecycle, looking
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.golib import goroutine, http, net
from tracer.minidocker.kernel.errors import KernelError

Route = Callable[[Engine, int, http.Request, str], Awaitable[None]]
VERSION = re.compile(r"/v[0-9.]+(?=/)")


ROUTES: dict[tuple[str, str], Route] = {
    ("DELETE", "/containers/{name}"): lifecycle.delete_containers,
    ("GET", "/containers/json"): looking.get_containers_json,
    ("GET", "/containers/{name}/json"): looking.get_containers_by_name,
    ("GET", "/containers/{name}/logs"): looking.get_containers_logs,
    ("GET", "/containers/{name}/top"): looking.get_containers_top,
    ("GET", "/events"): looking.get_events,
    ("POST", "/containers/create"): containers.post_containers_create,
    ("POST", "/containers/{name}/attach"): containers.post_containers_attach,
    ("POST", "/containers/{name}/kill"): lifecycle.post_containers_kill,
    ("POST", "/containers/{name}/pause"): lifecycle.post_containers_pause,
    ("POST", "/containers/{name}/restart"): lifecycle.post_containers_restart,
    ("POST", "/containers/{name}/start"): containers.post_containers_start,
    ("POST", "/containers/{name}/stop"): lifecycle.post_containers_stop,
    ("POST", "/containers/{name}/unpause"): lifecycle.post_containers_unpause,
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
    with suppress(KernelError):  # the client may have gone
        try:
            route, name = find_route(request.method, request.path)
            await route(engine, connection, request, name)
        except DockerError as error:
            http.answer(connection, error.status, str(error))
        except KernelError as error:
            http.answer(connection, DockerError.status, str(error))
    syscall.close(connection)
