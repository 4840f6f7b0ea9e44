"""Remove a container: what it is known by, its layers, its files, and its volumes if asked for."""

import posixpath

from tracer.minidocker.docker.daemon import container_control
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.list import list_containers
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

LAST_CHANCE = 3  # seconds for a program that began to run in the meantime


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerDestroy")
async def container_destroy(daemon: Daemon, job: Job) -> None:
    """Answer the job "delete"; what runs is removed only by force."""
    container = daemon.get(job.args[0])
    if job.env.get("removeLink"):
        await _remove_link(daemon, job.args[0])
        return
    if container.state.is_running():
        if not job.env.get("forceRemove"):
            raise DockerError("You cannot remove a running container. Stop it before, or use -f")
        await container_control.kill(container)
    await _destroy(daemon, container)
    await container.log_event("destroy")
    if job.env.get("removeVolume"):
        await _remove_volumes(daemon, container)


async def _remove_link(daemon: Daemon, name: str) -> None:
    """Take one of a container's names away, and the way that its packets had by that name."""
    full_name = f"/{name.removeprefix('/')}"
    above, alias = posixpath.split(full_name)
    if above == "/":
        raise DockerError("Conflict, cannot remove the default name of the container")
    link = daemon.get(above).active_links.get(alias)
    if link:
        await link.disable()
    daemon.names.delete(full_name)


@twin_of("(*github.com/docker/docker/daemon.Daemon).Destroy")
async def _destroy(daemon: Daemon, container: Container) -> None:
    """Make the container unknown first, so that nobody can start it meanwhile."""
    await container_control.stop(container, LAST_CHANCE)
    daemon.id_index.delete(container.id)
    daemon.containers.delete(container.id)
    daemon.names.purge(container.id)
    for layer in (container.id, f"{container.id}-init"):
        await daemon.layers.remove(layer)
    ioutil.remove_all(container.directory)


async def _remove_volumes(daemon: Daemon, container: Container) -> None:
    """Delete the managed volumes that no other container uses."""
    bound = {_real_path(bind.partition(":")[0]) for bind in container.host_config.binds}
    wanted = {path for path in container.volumes.values() if path not in bound}
    used = {path for other in list_containers(daemon) for path in other.volumes.values()}
    for path in sorted(wanted - used):
        await daemon.volumes.delete(posixpath.basename(path))


def _real_path(path: str) -> str:
    return ioutil.eval_symlinks(path) if ioutil.exists(path) else path
