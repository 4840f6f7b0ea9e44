"""What a container does about its end: the part of container.go with signals, stop and pause."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.start import start
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.twin import twin_of

PATIENCE = 10  # seconds between SIGKILL through the driver and SIGKILL to the pid


@twin_of("(*github.com/docker/docker/daemon.Container).KillSig")
async def kill_sig(container: Container, signal: int) -> None:
    """Send a signal to the first process; a restart policy must not undo what it does."""
    async with container.lock:
        if container.state.paused:
            raise DockerError(
                f"Container {container.id} is paused. Unpause the container before stopping"
            )
        if not container.state.is_running() or container.monitor is None:
            return
        container.monitor.exit_on_next()
        if not container.state.restarting:  # else there is no process
            await container.daemon.kill(container, signal)


@twin_of("(*github.com/docker/docker/daemon.Container).Kill")
async def kill(container: Container) -> None:
    """Send SIGKILL and wait; if that does not help, go around the driver."""
    if not container.state.is_running():
        return
    await kill_sig(container, Signal.SIGKILL)
    if await container.state.wait_stop(PATIENCE) is None and container.state.pid:
        syscall.kill(container.state.pid, Signal.SIGKILL)
    await container.state.wait_stop()


@twin_of("(*github.com/docker/docker/daemon.Container).Stop")
async def stop(container: Container, seconds: int) -> None:
    """Give the program the chance to end by itself, then use force."""
    if not container.state.is_running():
        return
    await kill_sig(container, Signal.SIGTERM)
    if await container.state.wait_stop(seconds) is None:
        await kill(container)


@twin_of("(*github.com/docker/docker/daemon.Container).Restart")
async def restart(container: Container, seconds: int) -> None:
    """Stop and start, with the layers held so that they are not taken apart in between."""
    await container.mount()
    try:
        await stop(container, seconds)
        await start(container)
    finally:
        await container.unmount()


@twin_of("(*github.com/docker/docker/daemon.Container).Pause")
async def pause(container: Container) -> None:
    """Freeze what runs."""
    if container.state.paused:
        raise DockerError(f"Container {container.id} is already paused")
    if not container.state.is_running():
        raise DockerError(f"Container {container.id} is not running")
    await container.daemon.pause(container)


@twin_of("(*github.com/docker/docker/daemon.Container).Unpause")
async def unpause(container: Container) -> None:
    """Let what is frozen go on."""
    if not container.state.paused:
        raise DockerError(f"Container {container.id} is not paused")
    await container.daemon.unpause(container)
