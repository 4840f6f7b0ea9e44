"""The daemon: it knows all containers, and its jobs create, start, attach to and wait for them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tracer.minidocker import execdriver, graphdriver, ioutil, start, syscall
from tracer.minidocker.bridge import Bridge
from tracer.minidocker.container import CONTAINERS, Container, Host
from tracer.minidocker.engine import Engine, Job
from tracer.minidocker.errors import DockerError, NotFoundError, UsageError
from tracer.minidocker.events import Events
from tracer.minidocker.graph import ROOT, Image, TagStore
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.runconfig import (
    Config,
    HostConfig,
    container_config_from_job,
    container_host_config_from_job,
)
from tracer.minidocker.streams import frame
from tracer.minidocker.twin import twin_of

DOCKERINIT = f"{ROOT}/init/dockerinit-1.2.0"
ADJECTIVES = ("agile", "brave", "calm", "eager", "happy", "kind", "sharp", "wise")
SCIENTISTS = ("curie", "darwin", "euclid", "hopper", "lovelace", "noether", "turing", "wright")


class Daemon(Host):
    """All containers and the parts that make them run."""

    def __init__(self, engine: Engine, graph: TagStore) -> None:
        self.engine, self.graph = engine, graph
        self.containers: dict[str, Container] = {}
        self.layers = graphdriver.choose(ROOT)
        self.driver: execdriver.Driver = execdriver.NativeDriver(f"{ROOT}/execdriver", DOCKERINIT)
        for name, job in (
            ("create", self.container_create),
            ("start", self.container_start),
            ("attach", self.container_attach),
            ("wait", self.container_wait),
        ):
            engine.register(name, job)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerCreate")
    async def container_create(self, job: Job) -> None:
        """Answer the job "create": make a container and print its id."""
        config = container_config_from_job(job)
        container = await self._create(config, job.args[0])
        await container.log_event("create")
        job.output.append(container.id)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Create")
    async def _create(self, config: Config, name: str) -> Container:
        """Make a container from an image: an identity, two layers and two files."""
        image = await self.graph.lookup_image(config.image)
        container = self._new_container(name, config, image)
        await self._create_rootfs(container, image)
        ioutil.make_directories(container.directory)
        await container.to_disk()
        self._register(container)
        return container

    @twin_of("(*github.com/docker/docker/daemon.Daemon).newContainer")
    def _new_container(self, name: str, config: Config, image: Image) -> Container:
        """Fix what will never change: id, name, and the program to run."""
        id_ = syscall.getrandom(32).hex()
        first, second = syscall.getrandom(2)
        name = name or f"{ADJECTIVES[first % 8]}_{SCIENTISTS[second % 8]}"
        if name in (each.name for each in self.containers.values()):
            raise UsageError(f"the name {name} is taken")
        config = replace(config, cmd=config.cmd or image.cmd, hostname=config.hostname or id_[:12])
        return Container(self, id_, name, config, image.env)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).createRootfs")
    async def _create_rootfs(self, container: Container, image: Image) -> None:
        """Make two layers: one with places to mount on, and on top the container's own."""
        init_id = f"{container.id}-init"
        await self.layers.create(init_id, image.id)
        root = await self.layers.get(init_id)
        for directory in ("dev/pts", "dev/shm", "etc", "proc", "sys"):
            ioutil.make_directories(f"{root}/{directory}")
        for file in ("hostname", "hosts", "resolv.conf"):
            ioutil.write_file(f"{root}/etc/{file}", "")
        await self.layers.put(init_id)
        await self.layers.create(container.id, init_id)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Register")
    def _register(self, container: Container) -> None:
        """Make the container known."""
        self.containers[container.id] = container

    @twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerStart")
    async def container_start(self, job: Job) -> None:
        """Answer the job "start": only now it is known how to bind the container to this host."""
        container = self.get(job.args[0])
        if job.env:
            await self._set_host_config(container, container_host_config_from_job(job))
        await start.start(container)

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Get")
    def get(self, name: str) -> Container:
        """Find a container by its name or by the first digits of its id."""
        for container in self.containers.values():
            if name == container.name or container.id.startswith(name):
                return container
        raise NotFoundError(f"No such container: {name}")

    @twin_of("(*github.com/docker/docker/daemon.Daemon).setHostConfig")
    async def _set_host_config(self, container: Container, host_config: HostConfig) -> None:
        """Make what is to be bound but missing, and save."""
        for bind in host_config.binds:
            ioutil.make_directories(bind.partition(":")[0])
        container.host_config = host_config
        await container.to_disk()

    async def container_attach(self, job: Job) -> None:
        """Answer the job "attach": send output over the connection until there will be no more."""
        container, write = self.get(job.args[0]), job.stdout
        if write is None:
            raise UsageError("attach needs a connection")
        container.stdout.add(lambda data: write(frame(1, data)))
        container.stderr.add(lambda data: write(frame(2, data)))
        await container.stdout.closed

    @twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerWait")
    async def container_wait(self, job: Job) -> None:
        """Answer the job "wait" when the container has ended."""
        container = self.get(job.args[0])
        job.output.append(str(await container.state.wait_stop()))

    @twin_of("(*github.com/docker/docker/daemon.Daemon).Mount")
    async def mount(self, container: Container) -> None:
        """Have the layers mounted by the driver and keep the place."""
        container.basefs = await self.layers.get(container.id)

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

    @twin_of("(*github.com/docker/docker/daemon.Daemon).LogToDisk")
    def log_to_disk(self, container: Container, path: str) -> None:
        """Add the log file to the readers of the container's output, a JSON line for each piece."""
        log = syscall.open_(path, Open.O_WRONLY | Open.O_CREAT | Open.O_APPEND)
        for name, stream in (("stdout", container.stdout), ("stderr", container.stderr)):

            def keep(data: bytes, name: str = name) -> None:
                line = json.dumps({"log": data.decode("utf-8", "replace"), "stream": name})
                syscall.write(log, f"{line}\n".encode())

            stream.add(keep)


async def start_engine() -> Engine:
    """Boot the daemon: everything registers its jobs."""
    for directory in (CONTAINERS, f"{ROOT}/init", f"{ROOT}/execdriver"):
        ioutil.make_directories(directory)
    dockerinit = await ioutil.read_file("/usr/lib/docker/dockerinit")
    ioutil.write_file(DOCKERINIT, dockerinit, mode=0o700)
    engine = Engine()
    Events(engine)
    Bridge(engine)
    Daemon(engine, await TagStore.load())
    return engine
