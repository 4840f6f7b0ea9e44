"""Take over the containers that an earlier daemon has left on the disk."""

from contextlib import suppress

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon import names
from tracer.minidocker.docker.daemon.container import Container, from_disk
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.start import start
from tracer.minidocker.docker.daemon.state import new_state
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).restore")
async def restore(daemon: Daemon) -> None:
    """Load what can be loaded, register it, and start again what its policy wants running.

    Those with a name come first, each only under the first of its names; the others get one.
    """
    loaded = await _load_all(daemon, str(daemon.layers))
    registered: list[Container] = []
    for id_ in daemon.names.list("/", -1).values():
        if id_ in loaded:
            registered.append(loaded.pop(id_))
            await _register(daemon, registered[-1])
    for container in loaded.values():
        container.name = names.generate_new_name(daemon.names, container.id)
        registered.append(container)
        await _register(daemon, container)
    for container in registered if daemon.config.auto_restart else ():
        if _wants_to_run(container):
            await _start(container)


async def _load_all(daemon: Daemon, driver: str) -> dict[str, Container]:
    """Read all directories; the containers of another graph driver stay where they are."""
    loaded: dict[str, Container] = {}
    for id_ in syscall.getdents(daemon.repository):
        try:
            container = await _load(daemon, id_)
        except (DockerError, KernelError, ValueError):
            continue  # the daemon's log says so; the next start tries again
        if (container.driver or "aufs") == driver:
            loaded[id_] = container
    return loaded


@twin_of("(*github.com/docker/docker/daemon.Daemon).load")
async def _load(daemon: Daemon, id_: str) -> Container:
    """Read one container; nobody knows it yet."""
    container = await from_disk(daemon, f"{daemon.repository}/{id_}", new_state())
    if container.id != id_:
        raise DockerError(f"Container {container.id} is stored at {id_}")
    return container


async def _register(daemon: Daemon, container: Container) -> None:
    with suppress(DockerError, KernelError):  # the daemon's log says so
        await daemon.add(container)


def _wants_to_run(container: Container) -> bool:
    """Say whether the policy starts it: not asked for is no failure, killed with the daemon is."""
    policy = container.host_config.restart_policy.name
    return policy == "always" or (policy == "on-failure" and container.state.exit_code != 0)


async def _start(container: Container) -> None:
    with suppress(DockerError, KernelError):  # the daemon's log says so
        await start(container)
