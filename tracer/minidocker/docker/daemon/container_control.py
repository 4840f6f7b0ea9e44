"""What a container does about its end: the part of container.go with signals, stop and pause."""

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


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
    if not container.state.is_running():
        raise DockerError(f"Container {container.id} is not running")
    await container.daemon.unpause(container)
