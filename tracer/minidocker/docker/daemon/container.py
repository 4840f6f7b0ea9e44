"""One container: what is known of it, its files on the disk, and its mounted file system."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tracer.minidocker.docker.archive.archive import Archive
from tracer.minidocker.docker.archive.changes import Change
from tracer.minidocker.docker.daemon.config import Config as DaemonConfig
from tracer.minidocker.docker.daemon.execdriver.driver import Command, Pipes, StartCallback
from tracer.minidocker.docker.daemon.state import State
from tracer.minidocker.docker.engine import Engine, Env
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.graph.graph import Graph
from tracer.minidocker.docker.links import Link
from tracer.minidocker.docker.pkg import resolvconf
from tracer.minidocker.docker.pkg.broadcastwriter import BroadcastWriter
from tracer.minidocker.docker.pkg.symlink import follow_symlink_in_scope
from tracer.minidocker.docker.runconfig import Config, HostConfig
from tracer.minidocker.golib import encoding, ioutil, time
from tracer.minidocker.golib.goroutine import Lock
from tracer.minidocker.golib.pipe import Pipe
from tracer.minidocker.twin import twin_of

SAVED = {  # what else is in config.json: its name there -> the attribute
    "Image": "image",
    "Driver": "driver",
    "ExecDriver": "exec_driver",
    "ResolvConfPath": "resolv_conf_path",
    "HostnamePath": "hostname_path",
    "HostsPath": "hosts_path",
    "MountLabel": "mount_label",
    "ProcessLabel": "process_label",
    "Volumes": "volumes",
    "VolumesRW": "volumes_rw",
}


class Monitor(ABC):
    """What a container asks of its ContainerMonitor, whose module imports this one."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Give what it keeps in mind as plain values."""

    @abstractmethod
    def exit_on_next(self) -> None:
        """Take the next end of the program for the last one."""


class Keeper(ABC):
    """What a container asks of the Daemon that keeps it, whose module imports this one."""

    engine: Engine
    config: DaemonConfig
    volumes: Graph  # that Docker has made, with a driver of their own

    @abstractmethod
    def get(self, name: str) -> "Container":
        """Find another container."""

    @abstractmethod
    def children(self, name: str) -> "Mapping[str, Container]":
        """List the containers that one is linked to, by their full names below its own."""

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
    async def run(self, container: "Container", pipes: Pipes, callback: StartCallback) -> int:
        """Run the container's process to its end."""

    @abstractmethod
    async def kill(self, container: "Container", signal: int) -> None:
        """Send a signal to the container's first process."""

    @abstractmethod
    def log_to_disk(self, container: "Container", path: str) -> None:
        """Keep the container's output in a file."""


class Container:
    """A container as the daemon keeps it, running or not."""

    def __init__(self, daemon: Keeper, id_: str, name: str, config: Config, state: State) -> None:
        self.daemon, self.id, self.name = daemon, id_, name
        self.config, self.host_config = config, HostConfig()
        self.argv: list[str] = []  # the program to run and its arguments
        self.image = ""  # the id
        self.driver = self.exec_driver = ""  # by their names
        self.mount_label = self.process_label = ""
        self.directory = ""  # where all files are kept, but the layers
        self.state, self.lock = state, Lock()
        self.stdout, self.stderr = BroadcastWriter(), BroadcastWriter()
        self.stdin: Pipe | None = None  # only with -i
        self.monitor: Monitor | None = None  # stays with the program while it runs
        self.created = time.now()
        self.basefs = ""  # where its file system is mounted
        self.resolv_conf_path = self.hostname_path = self.hosts_path = ""
        self.network = Env()  # address, gateway and ports
        self.volumes: dict[str, str] = {}  # path inside -> path on the host
        self.volumes_rw: dict[str, bool] = {}
        self.active_links: dict[str, Link] = {}  # by alias, while it runs
        self.command: Command | None = None

    @property
    def ip(self) -> str:
        """Its address on the bridge, while it has one."""
        address: str = self.network.get("IPAddress", "")
        return address

    def describe(self) -> dict[str, Any]:
        """Give what is known of it as plain values."""
        return {
            "name": self.name,
            "state": self.state.as_dict(),
            "waiting": self.state.waiting,
            "monitor": self.monitor.describe() if self.monitor else {},
            "network": dict(self.network),
            "mode": self.host_config.network_mode,
            "volumes": dict(self.volumes),
            "volumes_rw": dict(self.volumes_rw),
            "links": sorted(self.active_links),
            "readers": {"stdout": self.stdout.describe(), "stderr": self.stderr.describe()},
            "basefs": self.basefs.replace(self.id, self.id[:12]),
            "command": self.command.describe() if self.command else "",
        }

    @twin_of("(*github.com/docker/docker/daemon.Container).ToDisk")
    async def to_disk(self) -> None:
        """Save the container when nobody else is changing it."""
        async with self.lock:
            self.save()

    @twin_of("(*github.com/docker/docker/daemon.Container).toDisk")
    def save(self) -> None:
        """Write what must survive the daemon; the caller holds the lock."""
        known: dict[str, Any] = {"ID": self.id, "Name": f"/{self.name}", "Path": self.argv[0]}
        known |= {"Args": self.argv[1:], "Config": encoding.marshal(self.config)}
        known |= {name: getattr(self, attribute) for name, attribute in SAVED.items()}
        known |= {"State": self.state.as_dict(), "NetworkSettings": self.network}
        ioutil.write_json(self.json_path(), known)
        self.write_host_config()

    @twin_of("(*github.com/docker/docker/daemon.Container).jsonPath")
    def json_path(self) -> str:
        """Say where the container is saved."""
        return self.own_path("config.json")

    @twin_of("(*github.com/docker/docker/daemon.Container).WriteHostConfig")
    def write_host_config(self) -> None:
        """Write what binds the container to this host, in a file of its own."""
        ioutil.write_json(self.own_path("hostconfig.json"), encoding.marshal(self.host_config))

    @twin_of("(*github.com/docker/docker/daemon.Container).readHostConfig")
    async def read_host_config(self) -> None:
        """Read that file again, which containers of old versions do not have."""
        path = self.own_path("hostconfig.json")
        if ioutil.exists(path):
            known = json.loads(await ioutil.read_file(path))
            self.host_config = encoding.unmarshal(HostConfig, known)

    @twin_of("(*github.com/docker/docker/daemon.Container).SetHostConfig")
    async def set_host_config(self, host_config: HostConfig) -> None:
        """Change how the container is bound to this host when nobody else is at it."""
        async with self.lock:
            self.host_config = host_config

    @twin_of("(*github.com/docker/docker/daemon.Container).LogEvent")
    async def log_event(self, action: str) -> None:
        """Tell whoever follows the daemon's events."""
        await self.daemon.engine.job("log", action, self.id, self.config.image).run()

    @twin_of("(*github.com/docker/docker/daemon.Container).setupContainerDns")
    async def setup_container_dns(self) -> None:
        """Give the container the host's name servers, or those that were asked for; only once."""
        if self.resolv_conf_path:
            return
        text = await resolvconf.get()
        self.resolv_conf_path = path = self.own_path("resolv.conf")
        asked = self.host_config.dns or self.daemon.config.dns
        domains = self.host_config.dns_search
        if self.host_config.network_mode != "host" and (asked or domains):
            servers = [str(each.network_address) for each in resolvconf.nameservers(text)]
            domains = domains or resolvconf.search_domains(text)
            resolvconf.build(path, asked or servers, domains)
        else:
            ioutil.write_file(path, text)

    @twin_of("(*github.com/docker/docker/daemon.Container).Mount")
    async def mount(self) -> None:
        """Have the layers mounted, which creating the container did not need."""
        await self.daemon.mount(self)

    @twin_of("(*github.com/docker/docker/daemon.Container).RootfsPath", passes="It reads a field.")
    def rootfs_path(self) -> str:
        """Say where the file system is mounted, if it is."""
        return self.basefs

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

    @twin_of("(*github.com/docker/docker/daemon.Container).verifyDaemonSettings")
    def verify_daemon_settings(self) -> None:
        """Drop a limit that this kernel cannot keep."""
        if not ioutil.exists("/sys/fs/cgroup/memory/memory.limit_in_bytes"):
            self.config = replace(self.config, memory=0)

    @twin_of("(*github.com/docker/docker/daemon.Container).startLoggingToDisk")
    def start_logging_to_disk(self) -> None:
        """Make the log one more reader of the output."""
        self.daemon.log_to_disk(self, self.log_path("json"))

    @twin_of("(*github.com/docker/docker/daemon.Container).logPath")
    def log_path(self, name: str) -> str:
        """Say where the output is kept."""
        return self.own_path(f"{self.id}-{name}.log")

    @twin_of("(*github.com/docker/docker/daemon.Container).cleanup")
    async def cleanup(self) -> None:
        """Give back what only a running container needs: address, links and mounts."""
        await self._release_network()
        for link in self.active_links.values():
            await link.disable()
        await self.unmount()

    @twin_of("(*github.com/docker/docker/daemon.Container).releaseNetwork")
    async def _release_network(self) -> None:
        """Let others have the address."""
        if self.config.network_disabled:
            return
        with suppress(DockerError):  # it may have none
            await self.daemon.engine.job("release_interface", self.id).run()
        self.network.clear()

    @twin_of("(*github.com/docker/docker/daemon.Container).Unmount")
    async def unmount(self) -> None:
        """Say that the layers are not needed any more, by this user of them."""
        await self.daemon.unmount(self)

    @twin_of("(*github.com/docker/docker/daemon.Container).getResourcePath")
    def resource_path(self, path: str) -> str:
        """Find a place in the mounted file system; its links cannot lead out of it."""
        return follow_symlink_in_scope(f"{self.basefs}/{path.lstrip('/')}", self.basefs)

    def own_path(self, name: str) -> str:
        """Find a place in the container's own directory, where the daemon keeps what it knows."""
        return follow_symlink_in_scope(f"{self.directory}/{name}", self.directory)


@twin_of("(*github.com/docker/docker/daemon.Container).FromDisk")
async def from_disk(daemon: Keeper, directory: str, state: State) -> Container:
    """Read what an earlier daemon has saved; the state is filled in too."""
    known = json.loads(await ioutil.read_file(f"{directory}/config.json"))
    name, config = known["Name"].removeprefix("/"), encoding.unmarshal(Config, known["Config"])
    container = Container(daemon, known["ID"], name, config, state)
    container.directory = directory
    container.argv = [known["Path"], *known["Args"]]
    for key, attribute in SAVED.items():
        setattr(container, attribute, known[key])
    container.state.load(known["State"])
    container.network.update(known["NetworkSettings"])
    await container.read_host_config()
    return container
