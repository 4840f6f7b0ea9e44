"""Create a container: an identity, two layers and two files; nothing runs."""

from dataclasses import replace

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import UsageError
from tracer.minidocker.docker.graph.tags import Image
from tracer.minidocker.docker.runconfig import Config, container_config_from_job
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

ADJECTIVES = ("agile", "brave", "calm", "eager", "happy", "kind", "sharp", "wise")
SCIENTISTS = ("curie", "darwin", "euclid", "hopper", "lovelace", "noether", "turing", "wright")


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
    image = await daemon.graph.lookup_image(config.image)
    container = _new_container(daemon, name, config, image)
    await _create_rootfs(daemon, container, image)
    ioutil.make_directories(container.directory)
    await container.to_disk()
    daemon.register(container)
    return container


@twin_of("(*github.com/docker/docker/daemon.Daemon).newContainer")
def _new_container(daemon: Daemon, name: str, config: Config, image: Image) -> Container:
    """Fix what will never change: id, name, and the program to run."""
    id_ = syscall.getrandom(32).hex()
    first, second = syscall.getrandom(2)
    name = name or f"{ADJECTIVES[first % 8]}_{SCIENTISTS[second % 8]}"
    if name in (each.name for each in daemon.containers.values()):
        raise UsageError(f"the name {name} is taken")
    config = replace(config, cmd=config.cmd or image.cmd, hostname=config.hostname or id_[:12])
    container = Container(daemon, id_, name, config, image.env)
    container.image = image.id
    container.driver = type(daemon.layers).__name__.lower()
    container.exec_driver = "native-0.2"
    return container


@twin_of("(*github.com/docker/docker/daemon.Daemon).createRootfs")
async def _create_rootfs(daemon: Daemon, container: Container, image: Image) -> None:
    """Make two layers: one with places to mount on, and on top the container's own."""
    init_id = f"{container.id}-init"
    await daemon.layers.create(init_id, image.id)
    root = await daemon.layers.get(init_id)
    for directory in ("dev/pts", "dev/shm", "etc", "proc", "sys"):
        ioutil.make_directories(f"{root}/{directory}")
    for file in ("hostname", "hosts", "resolv.conf"):
        ioutil.write_file(f"{root}/etc/{file}", "")
    await daemon.layers.put(init_id)
    await daemon.layers.create(container.id, init_id)
