"""The binary `docker`: the client, or with -d the daemon."""

from tracer.minidocker.docker import reexec
from tracer.minidocker.docker.api import client, server
from tracer.minidocker.docker.daemon import daemon
from tracer.minidocker.twin import twin_of

SOCKET = "/var/run/docker.sock"


@twin_of("github.com/docker/docker/docker.main")
async def main(argv: list[str], env: dict[str, str]) -> int:
    """Choose between initializer, daemon and client."""
    del env
    if await reexec.init(argv):
        return 0
    if "-d" in argv[1:2]:
        return await server.serve(SOCKET, await daemon.start_engine())
    return await client.new_docker_cli(SOCKET).cmd(argv[1:])
