"""The binary `docker`: the client, or with -d the daemon."""

from tracer.minidocker.docker import reexec
from tracer.minidocker.docker.api.client.cli import new_docker_cli
from tracer.minidocker.docker.api.server import server
from tracer.minidocker.docker.daemon.container import CONTAINERS
from tracer.minidocker.docker.daemon.daemon import DOCKERINIT, Daemon
from tracer.minidocker.docker.daemon.graphdriver import driver as graphdriver
from tracer.minidocker.docker.daemon.graphdriver import vfs as _vfs
from tracer.minidocker.docker.daemon.graphdriver.aufs import aufs as _aufs
from tracer.minidocker.docker.daemon.install import install
from tracer.minidocker.docker.daemon.networkdriver.bridge import Bridge
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.events import Events
from tracer.minidocker.docker.graph import service
from tracer.minidocker.docker.graph.graph import new_graph
from tracer.minidocker.docker.graph.tags import ROOT, new_tag_store
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import keep_in_view, twin_of

GRAPH_DRIVERS = (_aufs, _vfs)  # each registers itself
SOCKET = "/var/run/docker.sock"


@twin_of("github.com/docker/docker/docker.main")
async def main(argv: list[str], env: dict[str, str]) -> int:
    """Choose between initializer, daemon and client."""
    if await reexec.init(argv):
        return 0
    if "-d" in argv[1:2]:
        return await main_daemon(_wanted_driver(argv, env))
    return await new_docker_cli(SOCKET).cmd(argv[1:])


def _wanted_driver(argv: list[str], env: dict[str, str]) -> str:
    """Find out which driver of layers the user wants: by -s, or by the environment."""
    if "-s" in argv[:-1]:
        return argv[argv.index("-s") + 1]
    return env.get("DOCKER_DRIVER", "")


async def main_daemon(wanted_driver: str) -> int:
    """Boot the daemon: everything registers its jobs; then serve."""
    for directory in (CONTAINERS, f"{ROOT}/init", f"{ROOT}/execdriver"):
        ioutil.make_directories(directory)
    dockerinit = await ioutil.read_file("/usr/lib/docker/dockerinit")
    ioutil.write_file(DOCKERINIT, dockerinit, mode=0o700)
    engine = Engine()
    Events(engine)
    Bridge(engine)
    driver = await graphdriver.new(ROOT, wanted_driver)
    graph = new_graph(f"{ROOT}/graph", driver)
    daemon = Daemon(engine, await new_tag_store(f"{ROOT}/repositories-{driver}", graph))
    keep_in_view(daemon.describe)
    install(daemon, engine)
    service.install(daemon.repositories, engine)
    return await server.serve(SOCKET, engine)
