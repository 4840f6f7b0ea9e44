"""The routes about the daemon itself."""

from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.getInfo")
async def get_info(engine: Engine, connection: int, request: http.Request, _name: str) -> None:
    """Answer what the daemon has."""
    del request
    await _answer(engine, connection, "info")


@twin_of("github.com/docker/docker/api/server.getVersion")
async def get_version(engine: Engine, connection: int, request: http.Request, _name: str) -> None:
    """Answer what the daemon is."""
    del request
    await _answer(engine, connection, "version")


async def _answer(engine: Engine, connection: int, name: str) -> None:
    job = engine.job(name)
    await job.run()
    http.answer(connection, 200, job.output[0])
