"""The routes that change a container: stop, kill, pause, unpause, restart, delete."""

from tracer.minidocker.docker.api.server.answers import answer_done
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.postContainersStop")
async def post_containers_stop(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer when the container has stopped; that it had stopped before is a status of its own."""
    job = engine.job("stop", name)
    job.env["t"] = request.query.get("t", "")
    await answer_done(job, connection)


@twin_of("github.com/docker/docker/api/server.postContainersRestart")
async def post_containers_restart(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer when the container runs again."""
    job = engine.job("restart", name)
    job.env["t"] = request.query.get("t", "")
    await answer_done(job, connection)


@twin_of("github.com/docker/docker/api/server.postContainersKill")
async def post_containers_kill(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Pass the signal on, if one is named."""
    job = engine.job("kill", name, *filter(None, [request.query.get("signal")]))
    await answer_done(job, connection)


@twin_of("github.com/docker/docker/api/server.postContainersPause")
async def post_containers_pause(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer when all processes are frozen."""
    del request
    await answer_done(engine.job("pause", name), connection)


@twin_of("github.com/docker/docker/api/server.postContainersUnpause")
async def post_containers_unpause(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer when all processes go on."""
    del request
    await answer_done(engine.job("unpause", name), connection)


@twin_of("github.com/docker/docker/api/server.deleteContainers")
async def delete_containers(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Pass on what is asked for: by force, with volumes, or only the link."""
    job = engine.job("delete", name)
    job.env["forceRemove"] = request.query.get("force", "")
    job.env["removeVolume"] = request.query.get("v", "")
    job.env["removeLink"] = request.query.get("link", "")
    await answer_done(job, connection)
