"""Listen, and when the daemon is ready find the route of each request and run it.

Each request has its own goroutine.
"""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.server import containers, images, lifecycle, looking, system
from tracer.minidocker.docker.engine import Engine, Job
from tracer.minidocker.docker.errors import DockerError, NotFoundError, UsageError
from tracer.minidocker.golib import goroutine, http, ioutil, net
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

Route = Callable[[Engine, int, http.Request, str], Awaitable[None]]
VERSION = re.compile(r"/v[0-9.]+(?=/)")
ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "/commit"): images.post_commit,
    ("POST", "/containers/create"): containers.post_containers_create,
    ("GET", "/containers/json"): looking.get_containers_json,
    ("DELETE", "/containers/{name}"): lifecycle.delete_containers,
    ("POST", "/containers/{name}/attach"): containers.post_containers_attach,
    ("GET", "/containers/{name}/changes"): looking.get_containers_changes,
    ("GET", "/containers/{name}/json"): looking.get_containers_by_name,
    ("POST", "/containers/{name}/kill"): lifecycle.post_containers_kill,
    ("GET", "/containers/{name}/logs"): looking.get_containers_logs,
    ("POST", "/containers/{name}/pause"): lifecycle.post_containers_pause,
    ("POST", "/containers/{name}/restart"): lifecycle.post_containers_restart,
    ("POST", "/containers/{name}/start"): containers.post_containers_start,
    ("POST", "/containers/{name}/stop"): lifecycle.post_containers_stop,
    ("GET", "/containers/{name}/top"): looking.get_containers_top,
    ("POST", "/containers/{name}/unpause"): lifecycle.post_containers_unpause,
    ("POST", "/containers/{name}/wait"): containers.post_containers_wait,
    ("GET", "/events"): looking.get_events,
    ("POST", "/images/create"): images.post_images_create,
    ("GET", "/images/json"): images.get_images_json,
    ("DELETE", "/images/{name}"): images.delete_images,
    ("GET", "/images/{name}/history"): images.get_images_history,
    ("GET", "/images/{name}/json"): images.get_images_by_name,
    ("POST", "/images/{name}/tag"): images.post_images_tag,
    ("GET", "/info"): system.get_info,
    ("GET", "/version"): system.get_version,
}


@twin_of("github.com/docker/docker/api/server.ServeApi")
async def serve_api(job: Job) -> None:
    """Answer the job "serveapi": listen at every address; the job ends with the first failure."""
    gate = job.engine.globals["activationLock"] = Wait()  # closed when the daemon can answer
    failed = goroutine.Result()
    for address in job.args:
        protocol, separator, path = address.partition("://")
        if not separator:
            raise UsageError(f"usage: {job.name} PROTO://ADDR [PROTO://ADDR ...]")
        goroutine.start(_serve_at(protocol, path, job.engine, gate, failed))
    await failed.receive()


@twin_of("github.com/docker/docker/api/server.AcceptConnections")
async def accept_connections(job: Job) -> None:
    """Answer the job "acceptconnections": let the clients in that have queued up so far."""
    goroutine.start(_notify_systemd())
    gate = job.engine.globals.get("activationLock")
    if isinstance(gate, Wait):
        gate.close()


@twin_of("github.com/docker/docker/api/server.ServeApi$1")
async def _serve_at(
    protocol: str, path: str, engine: Engine, gate: Wait, failed: goroutine.Result
) -> None:
    """Serve one address for ever, beside the others."""
    try:
        await _listen_and_serve(protocol, path, engine, gate)
    except (DockerError, KernelError) as error:
        failed.end(error)


@twin_of("github.com/docker/docker/api/server.ListenAndServe")
async def _listen_and_serve(protocol: str, path: str, engine: Engine, gate: Wait) -> None:
    """Take the socket over that an earlier daemon may have left; answer when the gate is open."""
    if protocol != "unix":
        raise DockerError("Invalid protocol format.")
    if ioutil.exists(path):
        syscall.unlink(path)
    listener = _new_listen_buffer(path)
    syscall.chmod(path, 0o660)
    await gate
    while True:
        connection = await syscall.accept(listener)
        goroutine.start(_serve_one(engine, connection))


@twin_of("github.com/docker/docker/pkg/listenbuffer.NewListenBuffer")
def _new_listen_buffer(path: str) -> int:
    """Listen before anybody answers: clients wait in the queue, and are not refused."""
    return net.listen(path)


@twin_of("github.com/docker/docker/pkg/systemd.SdNotify")
async def _notify_systemd() -> None:
    """Tell systemd that the daemon is ready, where NOTIFY_SOCKET says that it listens."""
    where = (await ioutil.read_file("/proc/self/environ")).split("\0")
    told = [each.partition("=")[2] for each in where if each.startswith("NOTIFY_SOCKET=")]
    if told:
        connection = await net.dial(told[0])
        syscall.write(connection, b"READY=1")
        syscall.close(connection)


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
