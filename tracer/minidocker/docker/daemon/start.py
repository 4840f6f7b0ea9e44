"""Start a container: everything between it exists and its process runs, in order."""

from dataclasses import replace

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.container_network import initialize_networking
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.links import register_links
from tracer.minidocker.docker.daemon.monitor import new_container_monitor
from tracer.minidocker.docker.daemon.prepare import (
    create_daemon_environment,
    populate_command,
    setup_linked_containers,
    setup_working_directory,
)
from tracer.minidocker.docker.daemon.volumes import (
    prepare_volumes_for_container,
    setup_mounts_for_container,
)
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError, NotModifiedError
from tracer.minidocker.docker.runconfig import HostConfig, container_host_config_from_job
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerStart")
async def container_start(daemon: Daemon, job: Job) -> None:
    """Answer the job "start": only now it is known how to bind the container to this host."""
    name = job.args[0]
    container = daemon.get(name)
    if container.state.is_running():
        raise NotModifiedError("Container already started")
    if job.env:
        await _set_host_config(daemon, container, container_host_config_from_job(job))
    try:
        await start(container)
    except (DockerError, KernelError) as error:
        raise DockerError(f"Cannot start container {name}: {error}") from error


@twin_of("(*github.com/docker/docker/daemon.Daemon).setHostConfig")
async def _set_host_config(daemon: Daemon, container: Container, host_config: HostConfig) -> None:
    """Make what is to be bound but missing, note the links, and save."""
    for bind in host_config.binds:
        ioutil.make_directories(bind.partition(":")[0])
    register_links(daemon, container, host_config)
    await container.set_host_config(replace(host_config, links=[]))
    await container.to_disk()


@twin_of("(*github.com/docker/docker/daemon.Container).Start")
async def start(container: Container) -> None:
    """Prepare files, address and environment, then hold the lock until the program runs."""
    async with container.lock:
        if container.state.is_running():
            return
        try:
            await _prepare(container)
        except (DockerError, KernelError):
            await _give_back(container)
            raise
        await _wait_for_start(container)


async def _prepare(container: Container) -> None:
    """Do all that needs no process yet; each step builds on those before."""
    await container.setup_container_dns()
    await container.mount()
    await initialize_networking(container)
    container.verify_daemon_settings()
    prepare_volumes_for_container(container)
    linked = await setup_linked_containers(container)
    setup_working_directory(container)
    env = create_daemon_environment(container, linked)
    populate_command(container, env)
    setup_mounts_for_container(container)


@twin_of("(*github.com/docker/docker/daemon.Container).Start$1")
async def _give_back(container: Container) -> None:
    """Give back what was prepared in vain; once there is a monitor, it does so."""
    await container.cleanup()


@twin_of("(*github.com/docker/docker/daemon.Container).waitForStart")
async def _wait_for_start(container: Container) -> None:
    """Leave the process to a monitor, and wait until it runs or has failed."""
    monitor = new_container_monitor(container)
    ended = goroutine.go(monitor.start)
    await monitor.start_signal
    if ended.error:
        raise ended.error
