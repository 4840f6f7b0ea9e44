"""Start a container: everything between it exists and its process runs, in order."""

from dataclasses import replace
from typing import Any

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.execdriver.driver import Command
from tracer.minidocker.docker.daemon.monitor import new_container_monitor
from tracer.minidocker.docker.daemon.volumes import (
    prepare_volumes_for_container,
    setup_mounts_for_container,
)
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.runconfig import HostConfig, container_host_config_from_job
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerStart")
async def container_start(daemon: Daemon, job: Job) -> None:
    """Answer the job "start": only now it is known how to bind the container to this host."""
    container = daemon.get(job.args[0])
    if job.env:
        await _set_host_config(container, container_host_config_from_job(job))
    await start(container)


@twin_of("(*github.com/docker/docker/daemon.Daemon).setHostConfig")
async def _set_host_config(container: Container, host_config: HostConfig) -> None:
    """Make what is to be bound but missing, and save."""
    for bind in host_config.binds:
        ioutil.make_directories(bind.partition(":")[0])
    container.host_config = host_config
    await container.to_disk()


@twin_of("(*github.com/docker/docker/daemon.Container).Start")
async def start(container: Container) -> None:
    """Prepare files, address and environment, then hold the lock until the program runs."""
    async with container.lock:
        if container.state.running:
            return
        await container.setup_container_dns()
        await container.mount()
        await container.initialize_networking()
        container.verify_daemon_settings()
        prepare_volumes_for_container(container)
        linked = container.setup_linked_containers()
        container.setup_working_directory()
        env = container.create_daemon_environment(linked)
        command = _populate_command(container, env)
        container.command = replace(command, mounts=setup_mounts_for_container(container))
        await _wait_for_start(container)


@twin_of("github.com/docker/docker/daemon.populateCommand")
def _populate_command(container: Container, env: dict[str, str]) -> Command:
    """Turn the container into what a driver needs to know, whichever driver it is."""
    config, host_config = container.config, container.host_config
    return Command(
        id=container.id,
        rootfs=container.basefs,
        argv=config.cmd,
        env=env,
        hostname=config.hostname,
        user=config.user,
        working_dir=config.working_dir or "/",
        memory=config.memory,
        network_mode="none" if config.network_disabled else host_config.network_mode,
        mtu=container.daemon.config.mtu,
        address=_with_length(container.network),
        gateway=container.network.get("Gateway", ""),
        cap_add=host_config.cap_add,
        cap_drop=host_config.cap_drop,
        privileged=host_config.privileged,
    )


@twin_of("(*github.com/docker/docker/daemon.Container).waitForStart")
async def _wait_for_start(container: Container) -> None:
    """Leave the process to a monitor, and wait until it runs or has failed."""
    monitor = new_container_monitor(container)
    ended = goroutine.go(monitor.start)
    await monitor.start_signal
    if ended.error:
        raise ended.error


def _with_length(network: dict[str, Any]) -> str:
    address = network.get("IPAddress", "")
    return f"{address}/{network['IPPrefixLen']}" if address else ""
