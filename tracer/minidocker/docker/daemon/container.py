"""One container: what is known of it, its files on the disk, and its mounted file system."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracer.minidocker.docker.daemon.execdriver.driver import Command, Pipes, StartCallback
from tracer.minidocker.docker.daemon.state import new_state
from tracer.minidocker.docker.engine import Engine, Env
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.links import Link
from tracer.minidocker.docker.pkg import etchosts, resolvconf
from tracer.minidocker.docker.pkg.broadcastwriter import BroadcastWriter
from tracer.minidocker.docker.pkg.symlink import follow_symlink_in_scope
from tracer.minidocker.docker.runconfig import Config, HostConfig
from tracer.minidocker.golib import encoding, ioutil
from tracer.minidocker.golib.goroutine import Lock
from tracer.minidocker.golib.io import Pipe
from tracer.minidocker.twin import twin_of

CONTAINERS = "/var/lib/docker/containers"


class Host(ABC):
    """What a container asks of the daemon."""

    engine: Engine

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
    async def run(self, container: "Container", pipes: Pipes, callback: StartCallback) -> int:
        """Run the container's process to its end."""

    @abstractmethod
    def log_to_disk(self, container: "Container", path: str) -> None:
        """Keep the container's output in a file."""


class Container:
    """A container as the daemon keeps it, running or not."""

    def __init__(self, daemon: Host, id_: str, name: str, config: Config) -> None:
        self.daemon, self.id, self.name = daemon, id_, name
        self.config, self.host_config = config, HostConfig()
        self.argv: list[str] = []  # the program to run and its arguments
        self.image = ""  # the id
        self.driver = self.exec_driver = ""  # by their names
        self.mount_label = self.process_label = ""
        self.directory = f"{CONTAINERS}/{id_}"
        self.state, self.lock = new_state(), Lock()
        self.stdout, self.stderr = BroadcastWriter(), BroadcastWriter()
        self.stdin: Pipe | None = None  # only with -i
        self.basefs = ""  # where its file system is mounted
        self.resolv_conf_path = self.hostname_path = self.hosts_path = ""
        self.network = Env()  # address and gateway
        self.volumes: dict[str, str] = {}  # path inside -> path on the host
        self.active_links: dict[str, Link] = {}  # by alias, while it runs
        self.command: Command | None = None

    def describe(self) -> dict[str, Any]:
        """Give what is known of it as plain values."""
        return {
            "name": self.name,
            "state": self.state.as_dict(),
            "network": dict(self.network),
            "mode": self.host_config.network_mode,
            "volumes": dict(self.volumes),
            "links": sorted(self.active_links),
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
        known = {
            "ID": self.id,
            "Name": f"/{self.name}",
            "Path": self.argv[0],
            "Args": self.argv[1:],
            "Image": self.image,
            "Driver": self.driver,
            "ExecDriver": self.exec_driver,
            "Config": encoding.marshal(self.config),
            "State": self.state.as_dict(),
            "NetworkSettings": self.network,
            "ResolvConfPath": self.resolv_conf_path,
            "HostnamePath": self.hostname_path,
            "HostsPath": self.hosts_path,
            "Volumes": self.volumes,
        }
        ioutil.write_json(self.json_path(), known)
        self.write_host_config()

    @twin_of("(*github.com/docker/docker/daemon.Container).jsonPath")
    def json_path(self) -> str:
        """Say where the container is saved."""
        return self._own_path("config.json")

    @twin_of("(*github.com/docker/docker/daemon.Container).WriteHostConfig")
    def write_host_config(self) -> None:
        """Write what binds the container to this host, in a file of its own."""
        ioutil.write_json(self._own_path("hostconfig.json"), encoding.marshal(self.host_config))

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
        self.resolv_conf_path = path = self._own_path("resolv.conf")
        asked = self.host_config
        if asked.network_mode != "host" and (asked.dns or asked.dns_search):
            servers = [str(each.network_address) for each in resolvconf.nameservers(text)]
            domains = asked.dns_search or resolvconf.search_domains(text)
            resolvconf.build(path, asked.dns or servers, domains)
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

    @twin_of("(*github.com/docker/docker/daemon.Container).initializeNetworking")
    async def initialize_networking(self) -> None:
        """Get an address first, as /etc/hosts names it; the cable comes with the process."""
        if self.host_config.network_mode == "host":
            await self._use_host_network()
        elif self.host_config.networked_container:
            other = self.networked_container()
            self.hosts_path, self.resolv_conf_path = other.hosts_path, other.resolv_conf_path
            hostname, domainname = other.config.hostname, other.config.domainname
            self.config = replace(self.config, hostname=hostname, domainname=domainname)
        else:
            await self._allocate_network()
            address = self.network.get("address", "").partition("/")[0]
            self._build_hostname_and_hosts_files(address)

    async def _use_host_network(self) -> None:
        """Be called what the host is called, and know whom it knows."""
        hostname, _, domainname = (await self._host_name()).partition(".")
        self.config = replace(self.config, hostname=hostname, domainname=domainname)
        if not ioutil.exists("/etc/hosts"):
            self._build_hostname_and_hosts_files("")
            return
        content = await ioutil.read_file("/etc/hosts")
        self._build_hostname_file()
        self.hosts_path = self._own_path("hosts")
        ioutil.write_file(self.hosts_path, content)

    @twin_of(
        "(*github.com/docker/docker/daemon.Container).getNetworkedContainer",
        passes="It looks another container up.",
    )
    def networked_container(self) -> "Container":
        """Find the container whose network this one shares: one that runs."""
        name = self.host_config.networked_container
        other = self.daemon.get(name)
        if not other.state.is_running():
            raise DockerError(f"cannot join network of a non running container: {name}")
        return other

    @twin_of("(*github.com/docker/docker/daemon.Container).allocateNetwork")
    async def _allocate_network(self) -> None:
        """Ask whoever does networks, by the name of the job."""
        if self.host_config.network_mode == "none":
            return
        job = self.daemon.engine.job("allocate_interface", self.id)
        await job.run()
        self.network.update(json.loads(job.output[0]))

    @twin_of("(*github.com/docker/docker/daemon.Container).buildHostnameAndHostsFiles")
    def _build_hostname_and_hosts_files(self, address: str) -> None:
        """Write the files that will be mounted over /etc/hostname and /etc/hosts."""
        self._build_hostname_file()
        self.hosts_path = self._own_path("hosts")
        linked = {
            name.rpartition("/")[2]: child.network.get("address", "").partition("/")[0]
            for name, child in self.daemon.children(self.name).items()
        }
        config = self.config
        etchosts.build(self.hosts_path, address, config.hostname, config.domainname, linked)

    @twin_of("(*github.com/docker/docker/daemon.Container).buildHostnameFile")
    def _build_hostname_file(self) -> None:
        """Write the name, with its domain if it has one."""
        self.hostname_path = self._own_path("hostname")
        domain = f".{self.config.domainname}" if self.config.domainname else ""
        ioutil.write_file(self.hostname_path, f"{self.config.hostname}{domain}\n")

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
        return self._own_path(f"{self.id}-{name}.log")

    @twin_of("(*github.com/docker/docker/daemon.Container).cleanup")
    async def cleanup(self) -> None:
        """Give back what only a running container needs: address, links and mounts."""
        await self.daemon.engine.job("release_interface", self.id).run()
        self.network.clear()
        for link in self.active_links.values():
            await link.disable()
        await self.daemon.unmount(self)

    def resource_path(self, path: str) -> str:
        """Find a place in the mounted file system; its links cannot lead out of it."""
        return follow_symlink_in_scope(f"{self.basefs}/{path.lstrip('/')}", self.basefs)

    def _own_path(self, name: str) -> str:
        """Find a place in the container's own directory."""
        return follow_symlink_in_scope(f"{self.directory}/{name}", self.directory)

    async def _host_name(self) -> str:
        return (await ioutil.read_file("/etc/hostname")).strip()
