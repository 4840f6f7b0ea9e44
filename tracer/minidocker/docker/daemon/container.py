"""One container: what is known of it, its files on the disk, and its mounted file system."""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from tracer.minidocker.docker.daemon.execdriver.driver import Command, Pipes
from tracer.minidocker.docker.daemon.state import new_state
from tracer.minidocker.docker.engine import Engine, Env
from tracer.minidocker.docker.graph.graph import Graph
from tracer.minidocker.docker.pkg.broadcastwriter import BroadcastWriter
from tracer.minidocker.docker.runconfig import Config, HostConfig
from tracer.minidocker.golib import ioutil, time
from tracer.minidocker.golib.goroutine import Lock
from tracer.minidocker.golib.io import Pipe
from tracer.minidocker.twin import twin_of

CONTAINERS = "/var/lib/docker/containers"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Monitor(ABC):
    """What a container asks of whoever stays with its program."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Give what it keeps in mind as plain values."""

    @abstractmethod
    def exit_on_next(self) -> None:
        """Take the next end of the program for the last one."""


class Host(ABC):
    """What a container asks of the daemon."""

    engine: Engine
    volumes: Graph  # that Docker has made, with a driver of their own

    @abstractmethod
    def get(self, name: str) -> "Container":
        """Find another container."""

    @abstractmethod
    async def mount(self, container: "Container") -> None:
        """Put the container's layers together."""

    @abstractmethod
    async def unmount(self, container: "Container") -> None:
        """Take the container's layers apart."""

    @abstractmethod
    async def run(
        self, container: "Container", pipes: Pipes, callback: Callable[[int], Awaitable[None]]
    ) -> int:
        """Run the container's process to its end."""

    @abstractmethod
    async def kill(self, container: "Container", signal: int) -> None:
        """Send a signal to the container's first process."""

    @abstractmethod
    async def pause(self, container: "Container") -> None:
        """Freeze the container's processes."""

    @abstractmethod
    async def unpause(self, container: "Container") -> None:
        """Let the container's processes go on."""

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
        self.argv = config.cmd  # the program to run and its arguments
        self.image = ""  # the id
        self.driver = self.exec_driver = ""  # by their names
        self.mount_label = self.process_label = ""
        self.resolv_conf_path = self.hostname_path = self.hosts_path = ""
        self.image_env = image_env
        self.directory = f"{CONTAINERS}/{id_}"
        self.state, self.lock = new_state(), Lock()
        self.stdout, self.stderr = BroadcastWriter(), BroadcastWriter()
        self.stdin: Pipe | None = None  # only with -i
        self.monitor: Monitor | None = None  # stays with the program while it runs
        self.restart_count = 0
        self.created = time.now()
        self.basefs = ""  # where its file system is mounted
        self.network = Env()  # address and gateway
        self.volumes: dict[str, str] = {}  # path inside -> path on the host
        self.volumes_rw: dict[str, bool] = {}
        self.links: dict[str, str] = {}  # alias -> address of another container
        self.command: Command | None = None

    def describe(self) -> dict[str, Any]:
        """Give what is known of it as plain values."""
        return {
            "name": self.name,
            "state": self.state.as_dict(),
            "waiting": self.state.waiting,
            "monitor": self.monitor.describe() if self.monitor else {},
            "network": dict(self.network),
            "volumes": dict(self.volumes),
            "volumes_rw": dict(self.volumes_rw),
            "readers": {"stdout": self.stdout.describe(), "stderr": self.stderr.describe()},
            "basefs": self.basefs.replace(self.id, self.id[:12]),
            "command": " ".join(self.command.argv) if self.command else "",
            "mounts": [each.destination for each in self.command.mounts] if self.command else [],
        }

    @twin_of("(*github.com/docker/docker/daemon.Container).ToDisk")
    async def to_disk(self) -> None:
        """Save the container when nobody else is changing it."""
        async with self.lock:
            self.save()

    @twin_of("(*github.com/docker/docker/daemon.Container).toDisk")
    def save(self) -> None:
        """Write what must survive the daemon; the caller holds the lock."""
        known = {"ID": self.id, "Name": f"/{self.name}", "Config": asdict(self.config)}
        settings = {"State": self.state.as_dict(), "NetworkSettings": self.network}
        ioutil.write_json(f"{self.directory}/config.json", known | settings)
        ioutil.write_json(f"{self.directory}/hostconfig.json", asdict(self.host_config))

    @twin_of("(*github.com/docker/docker/daemon.Container).LogEvent")
    async def log_event(self, action: str) -> None:
        """Tell whoever follows the daemon's events."""
        await self.daemon.engine.job("log", action, self.id, self.config.image).run()

    @twin_of("(*github.com/docker/docker/daemon.Container).setupContainerDns")
    async def setup_container_dns(self) -> None:
        """Give the container a copy of the host's name servers."""
        self.resolv_conf_path = f"{self.directory}/resolv.conf"
        ioutil.write_file(self.resolv_conf_path, await ioutil.read_file("/etc/resolv.conf"))

    @twin_of("(*github.com/docker/docker/daemon.Container).Mount")
    async def mount(self) -> None:
        """Have the layers mounted, which creating the container did not need."""
        await self.daemon.mount(self)

    @twin_of("(*github.com/docker/docker/daemon.Container).initializeNetworking")
    async def initialize_networking(self) -> None:
        """Get an address first, as /etc/hosts names it; the cable comes with the process."""
        if self.host_config.network_mode == "host":
            self.config = replace(self.config, hostname=await self._host_name())
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
        self.network.update(json.loads(job.output[0]))

    @twin_of("(*github.com/docker/docker/daemon.Container).buildHostnameAndHostsFiles")
    def _build_hostname_and_hosts_files(self) -> None:
        """Write the files that will be mounted over /etc/hostname and /etc/hosts."""
        hostname = self.config.hostname
        address = self.network.get("address", "127.0.1.1").partition("/")[0]
        self.hostname_path = f"{self.directory}/hostname"
        self.hosts_path = f"{self.directory}/hosts"
        ioutil.write_file(self.hostname_path, f"{hostname}\n")
        ioutil.write_file(self.hosts_path, f"{address}\t{hostname}\n127.0.0.1\tlocalhost\n")

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
        await self.daemon.engine.job("release_interface", self.id).run()
        self.network.clear()

    @twin_of("(*github.com/docker/docker/daemon.Container).Unmount")
    async def unmount(self) -> None:
        """Say that the layers are not needed any more, by this user of them."""
        await self.daemon.unmount(self)

    async def _host_name(self) -> str:
        return (await ioutil.read_file("/etc/hostname")).strip()
