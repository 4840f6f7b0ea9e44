"""The daemon: all containers, and the parts that make them run; its jobs are in other modules."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.docker.archive.archive import Archive
from tracer.minidocker.docker.archive.changes import Change, changes_dirs, export_changes
from tracer.minidocker.docker.daemon.container import Container, Host
from tracer.minidocker.docker.daemon.execdriver import driver as execdriver
from tracer.minidocker.docker.daemon.execdriver.native import NativeDriver
from tracer.minidocker.docker.daemon.graphdriver.driver import Differ
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.graph.tags import ROOT, TagStore
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.twin import twin_of

DOCKERINIT = f"{ROOT}/init/dockerinit-1.2.0"


class Daemon(Host):
    """All containers and the parts that make them run."""

    def __init__(self, engine: Engine, repositories: TagStore) -> None:
        self.engine, self.repositories = engine, repositories
        self.graph = repositories.graph
        self.layers = self.graph.driver
        self.containers: dict[str, Container] = {}
        self.driver: execdriver.Driver = NativeDriver(f"{ROOT}/execdriver", DOCKERINIT)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Register")
    def register(self, container: Container) -> None:
        """Make the container known."""
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
        return {
            "containers": {each.id[:12]: each.describe() for each in self.containers.values()},
            "images": self.repositories.describe(),
            "layers": self.layers.describe(),
        }

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Mount")
    async def mount(self, container: Container) -> None:
        """Have the layers mounted by the driver and keep the place."""
        container.basefs = await self.layers.get(container.id)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Unmount")
    async def unmount(self, container: Container) -> None:
        """Tell the driver that one user less needs the layers."""
        await self.layers.put(container.id)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Changes")
    async def changes(self, container: Container) -> list[Change]:
        """Ask the driver, or compare with the init layer if it cannot know."""
        if isinstance(self.layers, Differ):
            return await self.layers.changes(container.id)
        below = f"{container.id}-init"
        own, init = await self.layers.get(container.id), await self.layers.get(below)
        found = await changes_dirs(own, init)
        await self.layers.put(below)
        await self.layers.put(container.id)
        return found

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Diff")
    async def diff(self, container: Container) -> Archive:
        """Pack the container's own layer, or what differs if the driver has no such thing."""
        if isinstance(self.layers, Differ):
            return await self.layers.diff(container.id)
        found = await self.changes(container)
        own = await self.layers.get(container.id)
        return Archive(export_changes(own, found), partial(self.layers.put, container.id))

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

    @twin_of("(*github.com/docker/docker/daemon.Daemon).LogToDisk")
    def log_to_disk(self, container: Container, path: str) -> None:
        """Add the log file to the readers of the container's output, a JSON line for each piece."""
        log = syscall.open_(path, Open.O_WRONLY | Open.O_CREAT | Open.O_APPEND)
        for name, stream in (("stdout", container.stdout), ("stderr", container.stderr)):

            def keep(data: bytes, name: str = name) -> None:
                line = json.dumps({"log": data.decode("utf-8", "replace"), "stream": name})
                syscall.write(log, f"{line}\n".encode())

            stream.add(keep)
