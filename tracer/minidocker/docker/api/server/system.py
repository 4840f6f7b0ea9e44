"""The routes about the daemon itself."""

from tracer.minidocker.docker.api.server.answers import answer_output
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.getInfo")
async def get_info(engine: Engine, connection: int, request: http.Request, _name: str) -> None:
    """Answer what the daemon has."""
    del request
    await answer_output(engine.job("info"), connection)


@twin_of("github.com/docker/docker/api/server.getVersion")
async def get_version(engine: Engine, connection: int, request: http.Request, _name: str) -> None:
    """Answer what the daemon is."""
    del request
    await answer_output(engine.job("version"), connection)
