"""The daemon: all containers, and the parts that make them run; its jobs are in other modules."""

from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from tracer.minidocker import syscall
from tracer.minidocker.docker.archive.archive import Archive
from tracer.minidocker.docker.archive.changes import Change, changes_dirs, export_changes
from tracer.minidocker.docker.daemon.config import Config
from tracer.minidocker.docker.daemon.container import Container, Keeper
from tracer.minidocker.docker.daemon.execdriver import driver as execdriver
from tracer.minidocker.docker.daemon.graphdriver.driver import Differ
from tracer.minidocker.docker.daemon.names import generate_new_name
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.graph.graph import Graph
from tracer.minidocker.docker.graph.tags import TagStore
from tracer.minidocker.docker.pkg.broadcastwriter import new_broadcast_writer
from tracer.minidocker.docker.pkg.graphdb import Database
from tracer.minidocker.docker.pkg.sysinfo import SysInfo
from tracer.minidocker.docker.pkg.truncindex import TruncIndex
from tracer.minidocker.golib.pipe import Pipe
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.twin import twin_of

LOST = -127  # the exit code of a container that was to run, and did not


class Stores(NamedTuple):
    """What is kept below the daemon's root, other than the containers themselves."""

    repositories: TagStore
    volumes: Graph
    names: Database


class ContStore(dict[str, Container]):
    """The containers by their ids."""

    @twin_of("(*github.com/docker/docker/daemon.contStore).Add")
    def add(self, id_: str, container: Container) -> None:
        """Make a container known."""
        self[id_] = container

    @twin_of("(*github.com/docker/docker/daemon.contStore).Delete")
    def delete(self, id_: str) -> None:
        """Make a container unknown."""
        del self[id_]

    @twin_of(
        "(*github.com/docker/docker/daemon.contStore).Get",
        passes="The table lies in memory, and looking changes nothing.",
    )
    def find(self, id_: str) -> Container | None:
        """Return a container if it is known."""
        return self.get(id_)


class Daemon(Keeper):
    """All containers and the parts that make them run."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        stores: Stores,
        driver: execdriver.Driver,
        can: SysInfo,
    ) -> None:
        self.config, self.engine, self.can = config, engine, can
        self.repositories, self.volumes, self.names = stores
        self.graph = self.repositories.graph
        self.layers = self.graph.driver
        self.driver = driver
        self.containers, self.id_index = ContStore(), TruncIndex()
        self.repository = f"{config.root}/containers"

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Register")
    async def register(self, container: Container) -> None:
        """Make a new container known."""
        await self.add(container)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).register")
    async def add(self, container: Container) -> None:
        """Make a container known, and end what it ran under an earlier daemon.

        Whether its process has outlived that daemon or not: nobody has its streams.
        """
        if container.id in self.containers:
            raise DockerError("Container is already loaded")
        await self._ensure_name(container)
        container.daemon = self
        container.stderr, container.stdout = new_broadcast_writer(), new_broadcast_writer()
        if container.config.open_stdin:
            container.stdin = Pipe()
        self.containers.add(container.id, container)
        self.id_index.add(container.id)
        if not container.state.is_running():
            return
        pid = container.state.pid
        container.state.set_stopped(0)
        with suppress(DockerError, KernelError):
            await self.driver.terminate(container.id, pid)
        with suppress(DockerError, KernelError):
            await container.unmount()
        await container.to_disk()
        if not await self.driver.is_running(container.id):
            container.state.set_stopped(LOST)
            await container.to_disk()

    @twin_of("(*github.com/docker/docker/daemon.Daemon).ensureName")
    async def _ensure_name(self, container: Container) -> None:
        """Give a name to a container of a version that had none."""
        if not container.name:
            container.name = generate_new_name(self.names, container.id)
            await container.to_disk()

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Get")
    def get(self, name: str) -> Container:
        """Find a container by the first digits of its id, or else by its name."""
        try:
            container = self.containers.find(self.id_index.get(name))
        except DockerError:
            container = self._find_by_name(name)
        if container is None:
            raise NotFoundError(f"No such container: {name}")
        return container

    def get_by_name(self, name: str) -> Container:
        """Find a container by its name."""
        container = self._find_by_name(name)
        if container is None:
            raise DockerError(f"Could not find entity for {name}")
        return container

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Children")
    def children(self, name: str) -> dict[str, Container]:
        """Follow the names below a container's name to those that it is linked to."""
        found: dict[str, Container] = {}

        def note(full_name: str, id_: str) -> None:
            found[full_name] = self.get(id_)

        self.names.walk(f"/{name}", note, 0)
        return found

    def _find_by_name(self, name: str) -> Container | None:
        id_ = self.names.get(f"/{name.removeprefix('/')}") if name else None
        return self.containers.find(id_) if id_ else None

    def describe(self) -> dict[str, Any]:
        """Give what the daemon keeps in memory as plain values, for who looks at its process."""
        return {
            "containers": {each.id[:12]: each.describe() for each in self.containers.values()},
            "images": self.repositories.describe(),
            "layers": self.layers.describe(),
            "engine": self.engine.describe(),
            "ids": sorted(each[:12] for each in self.id_index.ids),
            "names": self.names.describe(),
            "dns": list(self.config.dns),
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
        callback: execdriver.StartCallback,
    ) -> int:
        """Hand the container's command to the driver."""
        if container.command is None:
            raise DockerError("the container is not prepared")
        return await self.driver.run(container.command, pipes, callback)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Kill")
    async def kill(self, container: Container, signal: int) -> None:
        """Have the driver send a signal: it knows the process."""
        await self.driver.kill(container.id, signal)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).LogToDisk")
    def log_to_disk(self, container: Container, path: str) -> None:
        """Add the log file to the readers of the container's output, a JSON line for each piece."""
        log = LogFile(syscall.open_(path, Open.O_WRONLY | Open.O_CREAT | Open.O_APPEND))
        container.stdout.add_writer(log, "stdout")
        container.stderr.add_writer(log, "stderr")


class LogFile:
    """A file that both outputs write to; the first of them to end closes it."""

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
