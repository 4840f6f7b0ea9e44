"""Create a container: an identity, two layers and two files; nothing runs."""

from dataclasses import replace

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.names import generate_id_and_name
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import NotFoundError
from tracer.minidocker.docker.graph.graph import setup_init_layer
from tracer.minidocker.docker.graph.tags import DEFAULT_TAG
from tracer.minidocker.docker.image import Image
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag
from tracer.minidocker.docker.runconfig import Config, container_config_from_job
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerCreate")
async def container_create(daemon: Daemon, job: Job) -> None:
    """Answer the job "create": make a container and print its id."""
    config = container_config_from_job(job)
    container = await _create(daemon, config, job.args[0])
    await container.log_event("create")
    job.output.append(container.id)


@twin_of("(*github.com/docker/docker/daemon.Daemon).Create")
async def _create(daemon: Daemon, config: Config, name: str) -> Container:
    """Make a container from an image: an identity, two layers and two files."""
    image = await _lookup(daemon, config.image)
    container = _new_container(daemon, name, config, image)
    container.image = image.id
    await _create_rootfs(daemon, container, image)
    await container.to_disk()
    await daemon.register(container)
    return container


@twin_of("(*github.com/docker/docker/daemon.Daemon).newContainer")
def _new_container(daemon: Daemon, name: str, config: Config, image: Image) -> Container:
    """Fix what will never change: id, name, and the program to run."""
    id_, name = generate_id_and_name(daemon.names, daemon.containers, name)
    cmd = config.cmd or image.config.cmd
    config = replace(config, cmd=cmd, hostname=config.hostname or id_[:12])
    container = Container(daemon, id_, name, config, image.config.env)
    container.driver, container.exec_driver = daemon.layers_name, daemon.driver.name
    return container


@twin_of("(*github.com/docker/docker/daemon.Daemon).createRootfs")
async def _create_rootfs(daemon: Daemon, container: Container, image: Image) -> None:
    """Make two layers: one with places to mount on, and on top the container's own."""
    syscall.mkdir(container.directory, 0o700)
    init_id = f"{container.id}-init"
    await daemon.layers.create(init_id, image.id)
    root = await daemon.layers.get(init_id)
    try:
        setup_init_layer(root)
        await daemon.layers.create(container.id, init_id)
    finally:
        await daemon.layers.put(init_id)


async def _lookup(daemon: Daemon, name: str) -> Image:
    """Find the image; if it is not on this host, the client must ask for a pull."""
    try:
        return await daemon.repositories.lookup_image(name)
    except NotFoundError:
        repository, tag = parse_repository_tag(name)
        missing = f"No such image: {repository} (tag: {tag or DEFAULT_TAG})"
        raise NotFoundError(missing) from None
