"""Jobs that are there before there is a daemon."""

from tracer.minidocker.docker.api.server import server
from tracer.minidocker.docker.daemon.networkdriver import bridge
from tracer.minidocker.docker.dockerversion import VERSIONS
from tracer.minidocker.docker.engine import Engine, Env, Job
from tracer.minidocker.docker.events import Events
from tracer.minidocker.docker.pkg import kernel
from tracer.minidocker.docker.registry import service
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/builtins.Register")
def register(engine: Engine) -> None:
    """Fill the table of a new engine."""
    _daemon(engine)
    _remote(engine)
    Events().install(engine)
    engine.register("version", docker_version)
    service.Service().install(engine)


@twin_of("github.com/docker/docker/builtins.remote")
def _remote(engine: Engine) -> None:
    """Offer the HTTP side: to listen, and later to answer."""
    engine.register("serveapi", server.serve_api)
    engine.register("acceptconnections", server.accept_connections)


@twin_of("github.com/docker/docker/builtins.daemon")
def _daemon(engine: Engine) -> None:
    """Offer the network, which the daemon asks for by name when it knows its options."""
    engine.register("init_networkdriver", bridge.init_driver)


@twin_of("github.com/docker/docker/builtins.dockerVersion")
async def docker_version(job: Job) -> None:
    """Answer what runs here."""
    values = Env(VERSIONS)
    values["KernelVersion"] = str(await kernel.get_kernel_version())
    values.write_to(job.output)
