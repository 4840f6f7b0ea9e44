"""The binary `docker`: the client, or with -d the daemon."""

from collections.abc import Awaitable, Callable

from tracer.minidocker import syscall
from tracer.minidocker.docker import builtins, flags, reexec
from tracer.minidocker.docker.api.client.cli import new_docker_cli
from tracer.minidocker.docker.daemon.config import Config
from tracer.minidocker.docker.daemon.install import install
from tracer.minidocker.docker.daemon.new_daemon import new_daemon
from tracer.minidocker.docker.dockerversion import VERSIONS
from tracer.minidocker.docker.engine import Engine, new_engine
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import signal
from tracer.minidocker.golib import goroutine
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import keep_in_view, twin_of

FATAL = 1


@twin_of("github.com/docker/docker/docker.main")
async def main(argv: list[str], env: dict[str, str]) -> int:
    """Choose between initializer, daemon and client."""
    if await reexec.init(argv):
        return 0
    given = flags.parse(argv)
    if given.is_on("version"):
        shown = f"Docker version {VERSIONS['Version']}, build {VERSIONS['GitCommit']}\n"
        syscall.write(1, shown.encode())
        return 0
    hosts = given.values["host"]
    addresses = hosts if isinstance(hosts, list) else []
    if given.is_on("daemon"):
        await _main_daemon(given, addresses or [flags.SOCKET])
        return 0
    address = (addresses or [env.get("DOCKER_HOST", flags.SOCKET)])[0]
    status = await new_docker_cli(address.partition("://")[2]).cmd(given.args)
    if status:
        syscall.exit_group(status)
    return 0


@twin_of("github.com/docker/docker/docker.mainDaemon")
async def _main_daemon(given: flags.Flags, addresses: list[str]) -> None:
    """Listen at once, so that nobody is refused, and boot the daemon beside that."""
    if given.args:
        flags.FLAGS.usage()
        return
    engine = new_engine()
    keep_in_view(lambda: {"engine": engine.describe()})
    signal.trap(engine.shutdown)
    builtins.register(engine)
    goroutine.start(_boot(Config.of(given), engine))
    job = engine.job("serveapi", *addresses)
    await _or_die(job.run)


@twin_of("github.com/docker/docker/docker.mainDaemon$1")
async def _boot(config: Config, engine: Engine) -> None:
    """Make the daemon, offer what it can do, and let the clients in."""

    async def boot() -> None:
        daemon = await new_daemon(config, engine)
        install(daemon, engine)
        await engine.job("acceptconnections").run()

    await _or_die(boot)


async def _or_die(function: Callable[[], Awaitable[object]]) -> None:
    """End the daemon where it cannot go on; what went wrong is its last word."""
    try:
        await function()
    except (DockerError, KernelError) as error:
        syscall.write(2, f"docker: {error}\n".encode())
        syscall.exit_group(FATAL)
