"""The daemon: all containers, and the parts that make them run; its jobs are in other modules."""

from collections.abc import Awaitable, Callable
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.container import Container, Host
from tracer.minidocker.docker.daemon.execdriver import driver as execdriver
from tracer.minidocker.docker.daemon.execdriver.native import NativeDriver
from tracer.minidocker.docker.daemon.graphdriver import choice
from tracer.minidocker.docker.daemon.graphdriver.vfs import Vfs
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.graph.graph import new_graph
from tracer.minidocker.docker.graph.tags import ROOT, TagStore
from tracer.minidocker.docker.pkg.broadcastwriter import new_broadcast_writer
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.twin import twin_of

DOCKERINIT = f"{ROOT}/init/dockerinit-1.2.0"


class Daemon(Host):
    """All containers and the parts that make them run."""

    def __init__(self, engine: Engine, graph: TagStore) -> None:
        self.engine, self.graph = engine, graph
        self.containers: dict[str, Container] = {}
        self.layers = choice.choose(ROOT)
        self.volumes = new_graph(f"{ROOT}/volumes", Vfs(f"{ROOT}/vfs"))  # whatever the images have
        self.driver: execdriver.Driver = NativeDriver(f"{ROOT}/execdriver", DOCKERINIT)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Register")
    def register(self, container: Container) -> None:
        """Make the container known, and ready to be listened to."""
        container.stdout, container.stderr = new_broadcast_writer(), new_broadcast_writer()
        self.containers[container.id] = container

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Get")
    def get(self, name: str) -> Container:
        """Find a container by its name or by the first digits of its id."""
        for container in self.containers.values():
            if name == container.name or container.id.startswith(name):
                return container
        raise NotFoundError(f"No such container: {name}")

    def describe(self) -> dict[str, Any]:
        """Give what the daemon keeps in memory as plain values, for who looks at its process."""
        return {"containers": {each.id[:12]: each.describe() for each in self.containers.values()}}

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Mount")
    async def mount(self, container: Container) -> None:
        """Have the layers mounted by the driver and keep the place."""
        container.basefs = await self.layers.get(container.id)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Unmount")
    async def unmount(self, container: Container) -> None:
        """Have the layers unmounted."""
        await self.layers.put(container.id)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Run")
    async def run(
        self,
        container: Container,
        pipes: execdriver.Pipes,
        callback: Callable[[int], Awaitable[None]],
    ) -> int:
        """Hand the container's command to the driver."""
        if container.command is None:
            raise DockerError("the container is not prepared")
        return await self.driver.run(container.command, pipes, callback)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Kill")
    async def kill(self, container: Container, signal: int) -> None:
        """Have the driver send a signal: it knows the process."""
        await self.driver.kill(container.id, signal)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Pause")
    async def pause(self, container: Container) -> None:
        """Have the driver freeze the processes, and note it."""
        await self.driver.pause(container.id)
        container.state.set_paused()

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Unpause")
    async def unpause(self, container: Container) -> None:
        """Have the driver thaw the processes, and note it."""
        await self.driver.unpause(container.id)
        container.state.set_unpaused()

    @twin_of("(*github.com/docker/docker/daemon.Daemon).LogToDisk")
    def log_to_disk(self, container: Container, path: str) -> None:
        """Add the log file to the readers of the container's output, a JSON line for each piece."""
        log = LogFile(syscall.open_(path, Open.O_WRONLY | Open.O_CREAT | Open.O_APPEND))
        container.stdout.add_writer(log, "stdout")
        container.stderr.add_writer(log, "stderr")


class LogFile:
    """A file that both outputs write to, and that both close: the second time it is closed."""

    def __init__(self, number: int) -> None:
        self.number, self.is_open = number, True

    def write(self, data: bytes) -> None:
        """Add a record."""
        syscall.write(self.number, data)

    def close(self) -> None:
        """Close the file, unless the other output has."""
        if self.is_open:
            self.is_open = False
            syscall.close(self.number)
