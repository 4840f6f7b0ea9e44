"""Make an image of a container: its own layer becomes a layer for others."""

from contextlib import AsyncExitStack

from tracer.minidocker.docker.daemon import container_control
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Env, Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.image import Image
from tracer.minidocker.docker.runconfig import Config, merge
from tracer.minidocker.golib import encoding
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerCommit")
async def container_commit(daemon: Daemon, job: Job) -> None:
    """Answer the job "commit": what the client does not say of the image, the container does."""
    container = daemon.get(job.args[0])
    wishes = encoding.unmarshal(Config, {"Image": "", **job.getenv_json("config")})
    config = merge(wishes, container.config)
    image = await _commit(daemon, container, job.env, config)
    job.printf(f"{image.id}\n")


@twin_of("(*github.com/docker/docker/daemon.Daemon).Commit")
async def _commit(daemon: Daemon, container: Container, wishes: Env, config: Config) -> Image:
    """Freeze the container while its files are read; one that does not run needs none of it."""
    paused = wishes.get("pause") == "1" and await _pause(container)
    async with AsyncExitStack() as deferred:
        if paused:
            deferred.push_async_callback(container_control.unpause, container)
        await container.mount()
        deferred.push_async_callback(container.unmount)
        layer = await container.export_rw()
        deferred.push_async_callback(layer.close)
        image = await daemon.graph.create(
            layer,
            (container.id, container.image),
            config,
            container.config,
            (wishes.get("comment", ""), wishes.get("author", "")),
        )
        if wishes.get("repo"):
            tag = wishes.get("tag", "")
            await daemon.repositories.set(wishes["repo"], tag, image.id, force=True)
        return image


async def _pause(container: Container) -> bool:
    try:
        await container_control.pause(container)
    except DockerError:
        return False
    return True
