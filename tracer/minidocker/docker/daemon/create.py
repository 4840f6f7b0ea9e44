"""Create a container: an identity, two layers and two files; nothing runs."""

from dataclasses import replace

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.names import generate_id_and_name
from tracer.minidocker.docker.daemon.state import new_state
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.graph.graph import setup_init_layer
from tracer.minidocker.docker.graph.tags import DEFAULT_TAG
from tracer.minidocker.docker.image import Image
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag
from tracer.minidocker.docker.runconfig import Config, container_config_from_job, merge
from tracer.minidocker.libcontainer import label
from tracer.minidocker.twin import twin_of

LEAST_MEMORY = 512 * 1024  # bytes; no process lives in less


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerCreate")
async def container_create(daemon: Daemon, job: Job) -> None:
    """Answer the job "create": make a container and print its id.

    Without the image, the client is told so by a status of its own: it must ask for a pull.
    """
    config = container_config_from_job(job)
    if 0 < config.memory < LEAST_MEMORY:
        raise DockerError("Minimum memory limit allowed is 512k")
    try:
        container = await _create(daemon, config, job.args[0])
    except NotFoundError:
        name, tag = parse_repository_tag(config.image)
        raise NotFoundError(f"No such image: {name} (tag: {tag or DEFAULT_TAG})") from None
    await container.log_event("create")
    job.printf(f"{container.id}\n")


@twin_of("(*github.com/docker/docker/daemon.Daemon).Create")
async def _create(daemon: Daemon, config: Config, name: str) -> Container:
    """Make a container from an image: an identity, two layers and two files."""
    image = await daemon.repositories.lookup_image(config.image)
    await image.check_depth()
    config = _merge_and_verify_config(config, image)
    container = await _new_container(daemon, name, config, image)
    await _create_rootfs(daemon, container, image)
    await container.to_disk()
    await daemon.register(container)
    return container


@twin_of(
    "(*github.com/docker/docker/daemon.Daemon).mergeAndVerifyConfig",
    passes="The container that gets the Config does not exist yet.",
)
def _merge_and_verify_config(config: Config, image: Image) -> Config:
    """Take over what the image says, and refuse a container that has nothing to run."""
    merged = merge(config, image.config)
    if not merged.entrypoint and not merged.cmd:
        raise DockerError("No command specified")
    return merged


@twin_of("(*github.com/docker/docker/daemon.Daemon).newContainer")
async def _new_container(daemon: Daemon, name: str, config: Config, image: Image) -> Container:
    """Fix what will never change: id, name, and the program to run."""
    id_, name = generate_id_and_name(daemon.names, daemon.containers, name)
    config = _generate_hostname(id_, config)
    argv = _get_entrypoint_and_args(config)
    layers, runs = str(daemon.layers), await daemon.driver.name()
    container = Container(daemon, id_, name, config, new_state())
    container.argv, container.image = argv, image.id
    container.driver, container.exec_driver = layers, runs
    container.directory = _container_root(daemon, id_)
    container.process_label, container.mount_label = label.gen_labels()
    return container


@twin_of(
    "(*github.com/docker/docker/daemon.Daemon).generateHostname",
    passes="The container that gets the name does not exist yet.",
)
def _generate_hostname(id_: str, config: Config) -> Config:
    """Call the host inside after the id, unless the user has a name for it."""
    return config if config.hostname else replace(config, hostname=id_[:12])


@twin_of(
    "(*github.com/docker/docker/daemon.Daemon).getEntrypointAndArgs",
    passes="It joins two lists.",
)
def _get_entrypoint_and_args(config: Config) -> list[str]:
    """Put the program in front: it is the entrypoint's if there is one."""
    return [*config.entrypoint, *config.cmd]


@twin_of(
    "(*github.com/docker/docker/daemon.Daemon).containerRoot",
    passes="It joins two paths.",
)
def _container_root(daemon: Daemon, id_: str) -> str:
    """Say where all files of a container are, but its layers."""
    return f"{daemon.repository}/{id_}"


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
