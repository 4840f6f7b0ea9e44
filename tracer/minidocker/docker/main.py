"""The binary `docker`: the client, or with -d the daemon."""

from tracer.minidocker import syscall
from tracer.minidocker.docker import reexec
from tracer.minidocker.docker.api.client.cli import new_docker_cli
from tracer.minidocker.docker.api.server import server
from tracer.minidocker.docker.daemon.container import CONTAINERS
from tracer.minidocker.docker.daemon.daemon import DOCKERINIT, Daemon
from tracer.minidocker.docker.daemon.install import install
from tracer.minidocker.docker.daemon.networkdriver.bridge import Bridge
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.events import Events
from tracer.minidocker.docker.graph.tags import ROOT, TagStore
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import keep_in_view, twin_of

SOCKET = "/var/run/docker.sock"


@twin_of("github.com/docker/docker/docker.main")
async def main(argv: list[str], env: dict[str, str]) -> int:
    """Choose between initializer, daemon and client."""
    del env
    if await reexec.init(argv):
        return 0
    if "-d" in argv[1:2]:
        return await main_daemon()
    status = await new_docker_cli(SOCKET).cmd(argv[1:])
    if status:
        syscall.exit_group(status)
    return 0


async def main_daemon() -> int:
    """Boot the daemon: everything registers its jobs; then serve."""
    for directory in (CONTAINERS, f"{ROOT}/init", f"{ROOT}/execdriver"):
        ioutil.make_directories(directory)
    dockerinit = await ioutil.read_file("/usr/lib/docker/dockerinit")
    ioutil.write_file(DOCKERINIT, dockerinit, mode=0o700)
    engine = Engine()
    events = Events(engine)
    Bridge(engine)
    daemon = Daemon(engine, await TagStore.load())
    keep_in_view(lambda: daemon.describe() | {"events": events.describe()})
    install(daemon, engine)
    return await server.serve(SOCKET, engine)
