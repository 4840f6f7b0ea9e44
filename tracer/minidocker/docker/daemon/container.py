"""One container: what is known of it, its files on the disk, and its mounted file system."""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from tracer.minidocker.docker.archive.archive import Archive
from tracer.minidocker.docker.archive.changes import Change
from tracer.minidocker.docker.daemon.config import NO_BRIDGE
from tracer.minidocker.docker.daemon.config import Config as DaemonConfig
from tracer.minidocker.docker.daemon.execdriver.driver import Command, Pipes
from tracer.minidocker.docker.daemon.state import State
from tracer.minidocker.docker.engine import Engine, Env
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.nat import Binding
from tracer.minidocker.docker.pkg.broadcastwriter import BroadcastWriter
from tracer.minidocker.docker.runconfig import Config, HostConfig
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.goroutine import Lock
from tracer.minidocker.twin import twin_of

CONTAINERS = "/var/lib/docker/containers"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Host(ABC):
    """What a container asks of the daemon."""

    engine: Engine
    config: DaemonConfig

    @abstractmethod
    async def mount(self, container: "Container") -> None:
        """Put the container's layers together."""

    @abstractmethod
    async def unmount(self, container: "Container") -> None:
        """Take the container's layers apart."""

    @abstractmethod
    async def diff(self, container: "Container") -> Archive:
        """Pack the container's own layer."""

    @abstractmethod
    async def changes(self, container: "Container") -> list[Change]:
        """List what the container has changed."""

    @abstractmethod
    async def pause(self, container: "Container") -> None:
        """Freeze the container's processes."""

    @abstractmethod
    async def unpause(self, container: "Container") -> None:
        """Let the container's processes go on."""

    @abstractmethod
    async def run(
        self, container: "Container", pipes: Pipes, callback: Callable[[int], Awaitable[None]]
    ) -> int:
        """Run the container's process to its end."""

    @abstractmethod
    def log_to_disk(self, container: "Container", path: str) -> None:
        """Keep the container's output in a file."""


class Container:
    """A container as the daemon keeps it, running or not."""

    def __init__(
        self, daemon: Host, id_: str, name: str, config: Config, image_env: list[str]
    ) -> None:
        self.daemon, self.id, self.name = daemon, id_, name
        self.config, self.host_config = config, HostConfig()
        self.image_env = image_env
        self.image = ""  # the id of the one that it was made from
        self.directory = f"{CONTAINERS}/{id_}"
        self.state, self.lock = State(), Lock()
        self.stdout, self.stderr = BroadcastWriter(), BroadcastWriter()
        self.driver = ""  # of its layers
        self.exec_driver = ""
        self.basefs = ""  # where its file system is mounted
        self.network = Env()  # address and gateway
        self.volumes: dict[str, str] = {}  # path inside -> path on the host
        self.links: dict[str, str] = {}  # alias -> address of another container
        self.command: Command | None = None

    def describe(self) -> dict[str, Any]:
        """Give what is known of it as plain values."""
        return {
            "name": self.name,
            "state": self.state.as_dict(),
            "network": dict(self.network),
            "volumes": dict(self.volumes),
            "basefs": self.basefs.replace(self.id, self.id[:12]),
            "command": " ".join(self.command.argv) if self.command else "",
        }

    @twin_of("(*github.com/docker/docker/daemon.Container).ToDisk")
    async def to_disk(self) -> None:
        """Save the container when nobody else is changing it."""
        async with self.lock:
            self.save()

    @twin_of("(*github.com/docker/docker/daemon.Container).toDisk")
    def save(self) -> None:
        """Write what must survive the daemon; the caller holds the lock."""
        known: dict[str, Any] = {"ID": self.id, "Name": f"/{self.name}", "Image": self.image}
        known["Config"] = asdict(self.config)
        known |= {"Driver": self.driver, "ExecDriver": self.exec_driver, "Env": self.image_env}
        settings = {"State": self.state.as_dict(), "NetworkSettings": self.network}
        ioutil.write_json(f"{self.directory}/config.json", known | settings)
        self._write_host_config()

    @twin_of("(*github.com/docker/docker/daemon.Container).WriteHostConfig")
    def _write_host_config(self) -> None:
        """Write what binds the container to this host, in a file of its own."""
        ioutil.write_json(f"{self.directory}/hostconfig.json", asdict(self.host_config))

    @twin_of("(*github.com/docker/docker/daemon.Container).readHostConfig")
    async def read_host_config(self) -> None:
        """Read that file again, which containers of old versions do not have."""
        path = f"{self.directory}/hostconfig.json"
        if ioutil.exists(path):
            self.host_config = HostConfig(**json.loads(await ioutil.read_file(path)))

    @twin_of("(*github.com/docker/docker/daemon.Container).LogEvent")
    async def log_event(self, action: str) -> None:
        """Tell whoever follows the daemon's events."""
        await self.daemon.engine.job("log", action, self.id, self.config.image).run()

    @twin_of("(*github.com/docker/docker/daemon.Container).setupContainerDns")
    async def setup_container_dns(self) -> None:
        """Give the container a copy of the host's name servers."""
        ioutil.write_file(
            f"{self.directory}/resolv.conf", await ioutil.read_file("/etc/resolv.conf")
        )

    @twin_of("(*github.com/docker/docker/daemon.Container).Mount")
    async def mount(self) -> None:
        """Have the layers mounted, which creating the container did not need."""
        await self.daemon.mount(self)

    @twin_of("(*github.com/docker/docker/daemon.Container).Unmount")
    async def unmount(self) -> None:
        """Give the layers back: others may still need them mounted."""
        await self.daemon.unmount(self)

    @twin_of("(*github.com/docker/docker/daemon.Container).ExportRw")
    async def export_rw(self) -> Archive:
        """Pack what the container has changed; it stays mounted until the archive is closed."""
        await self.mount()
        return Archive(await self.daemon.diff(self), self.unmount)

    @twin_of("(*github.com/docker/docker/daemon.Container).Changes")
    async def changes(self) -> list[Change]:
        """List what the container has changed, while nobody starts or stops it."""
        async with self.lock:
            return await self.daemon.changes(self)

    @twin_of("(*github.com/docker/docker/daemon.Container).initializeNetworking")
    async def initialize_networking(self) -> None:
        """Get an address first, as /etc/hosts names it; the cable comes with the process."""
        if self.host_config.network_mode == "host":
            self.config = replace(self.config, hostname=await self._host_name())
        elif self.daemon.config.bridge == NO_BRIDGE:
            self.config = replace(self.config, network_disabled=True)
        else:
            await self._allocate_network()
        self._build_hostname_and_hosts_files()

    @twin_of("(*github.com/docker/docker/daemon.Container).allocateNetwork")
    async def _allocate_network(self) -> None:
        """Ask whoever does networks, by the name of the job."""
        if self.host_config.network_mode == "none":
            return
        job = self.daemon.engine.job("allocate_interface", self.id)
        await job.run()
        given = job.answer()
        ports = {port: list(at) for port, at in self.host_config.port_bindings.items()}
        for port in self.config.exposed_ports:
            ports[port] = await self._allocate_port(port, ports.get(port, []))
        self._write_host_config()
        self.network.update(
            Ports=ports,
            Bridge=given["Bridge"],
            IPAddress=given["IP"],
            IPPrefixLen=given["IPPrefixLen"],
            Gateway=given["Gateway"],
        )

    @twin_of("(*github.com/docker/docker/daemon.Container).allocatePort")
    async def _allocate_port(self, port: str, bindings: list[Binding]) -> list[Binding]:
        """Have a port published wherever that was asked for, or with -P anywhere."""
        engine, published = self.daemon.engine, list[Binding]()
        if self.host_config.publish_all_ports and not bindings:
            bindings = [{"HostIp": "", "HostPort": ""}]
        for binding in bindings:
            job = engine.job("allocate_port", self.id)
            number, _, protocol = port.partition("/")
            job.env.update(HostIP=binding["HostIp"], HostPort=binding["HostPort"])
            job.env.update(Proto=protocol, ContainerPort=number)
            try:
                await job.run()
            except DockerError:
                await engine.job("release_interface", self.id).run()
                raise
            given = job.answer()
            published.append({"HostIp": given["HostIP"], "HostPort": given["HostPort"]})
        return published

    @twin_of("(*github.com/docker/docker/daemon.Container).buildHostnameAndHostsFiles")
    def _build_hostname_and_hosts_files(self) -> None:
        """Write the files that will be mounted over /etc/hostname and /etc/hosts."""
        hostname = self.config.hostname
        address = self.network.get("IPAddress", "127.0.1.1")
        ioutil.write_file(f"{self.directory}/hostname", f"{hostname}\n")
        ioutil.write_file(
            f"{self.directory}/hosts", f"{address}\t{hostname}\n127.0.0.1\tlocalhost\n"
        )

    @twin_of("(*github.com/docker/docker/daemon.Container).verifyDaemonSettings")
    def verify_daemon_settings(self) -> None:
        """Drop a limit that this kernel cannot keep."""
        if not ioutil.exists("/sys/fs/cgroup/memory/memory.limit_in_bytes"):
            self.config = replace(self.config, memory=0)

    @twin_of("(*github.com/docker/docker/daemon.Container).setupLinkedContainers")
    def setup_linked_containers(self) -> list[str]:
        """Tell the container by its environment where those it is linked to are."""
        return [f"{alias.upper()}_PORT=tcp://{address}" for alias, address in self.links.items()]

    @twin_of("(*github.com/docker/docker/daemon.Container).setupWorkingDirectory")
    def setup_working_directory(self) -> None:
        """Make the working directory, while the file system is still reached from outside."""
        if self.config.working_dir:
            ioutil.make_directories(self.basefs + self.config.working_dir)

    @twin_of("(*github.com/docker/docker/daemon.Container).createDaemonEnvironment")
    def create_daemon_environment(self, linked: list[str]) -> dict[str, str]:
        """Collect the environment; what the user has set comes last and wins."""
        given = [f"PATH={PATH}", "HOME=/", f"HOSTNAME={self.config.hostname}", *linked]
        given += [*self.image_env, *self.config.env]
        return dict(each.split("=", 1) for each in given if "=" in each)

    @twin_of("(*github.com/docker/docker/daemon.Container).startLoggingToDisk")
    def start_logging_to_disk(self) -> None:
        """Make the log one more reader of the output."""
        self.daemon.log_to_disk(self, f"{self.directory}/{self.id}-json.log")

    @twin_of("(*github.com/docker/docker/daemon.Container).cleanup")
    async def cleanup(self) -> None:
        """Give back what only a running container needs: its address and its mounts."""
        await self._release_network()
        await self.unmount()

    @twin_of("(*github.com/docker/docker/daemon.Container).releaseNetwork")
    async def _release_network(self) -> None:
        """Let others have the address."""
        if self.config.network_disabled:
            return
        with suppress(DockerError):  # it may have none
            await self.daemon.engine.job("release_interface", self.id).run()
        self.network.clear()

    async def _host_name(self) -> str:
        return (await ioutil.read_file("/etc/hostname")).strip()


@twin_of("(*github.com/docker/docker/daemon.Container).FromDisk")
async def from_disk(daemon: Host, directory: str) -> Container:
    """Read what an earlier daemon has saved."""
    known = json.loads(await ioutil.read_file(f"{directory}/config.json"))
    name, config = known["Name"].removeprefix("/"), Config(**known["Config"])
    container = Container(daemon, known["ID"], name, config, known["Env"])
    container.driver, container.exec_driver = known["Driver"], known["ExecDriver"]
    container.state.load(known["State"])
    container.network.update(known["NetworkSettings"])
    await container.read_host_config()
    return container
