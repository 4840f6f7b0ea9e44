"""Create a container: an identity, two layers and two files; nothing runs."""

from dataclasses import replace

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.names import generate_id_and_name
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.graph.tags import Image
from tracer.minidocker.docker.runconfig import Config, container_config_from_job
from tracer.minidocker.golib import ioutil
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
    image = await daemon.graph.lookup_image(config.image)
    container = _new_container(daemon, name, config, image)
    await _create_rootfs(daemon, container, image)
    ioutil.make_directories(container.directory)
    await container.to_disk()
    await daemon.register(container)
    return container


@twin_of("(*github.com/docker/docker/daemon.Daemon).newContainer")
def _new_container(daemon: Daemon, name: str, config: Config, image: Image) -> Container:
    """Fix what will never change: id, name, and the program to run."""
    id_, name = generate_id_and_name(daemon.names, daemon.containers, name)
    config = replace(config, cmd=config.cmd or image.cmd, hostname=config.hostname or id_[:12])
    container = Container(daemon, id_, name, config, image.env)
    container.driver, container.exec_driver = daemon.layers_name, daemon.driver.name
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
