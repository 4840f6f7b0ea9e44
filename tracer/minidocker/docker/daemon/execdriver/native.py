"""The driver that uses the kernel directly, through libcontainer."""

from dataclasses import dataclass
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.execdriver.driver import (
    Command,
    Driver,
    Pipes,
    StartCallback,
    new_std_console,
)
from tracer.minidocker.docker.daemon.execdriver.template import new_template
from tracer.minidocker.docker.daemon.execdriver.tweaks import tweak_capabilities
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.libcontainer import capabilities, cgroups, devices, namespaces
from tracer.minidocker.libcontainer.apparmor import install_default_profile
from tracer.minidocker.libcontainer.config import Config, Network, get_state
from tracer.minidocker.libcontainer.syncpipe import new_sync_pipe_from_fd
from tracer.minidocker.libcontainer.system import get_process_start_time
from tracer.minidocker.twin import twin_of

VERSION = "0.2"
DESCRIBES = "It fills in a part of the description, which is written to a file as a whole."


@dataclass
class Active:
    """A container that runs."""

    container: Config
    command: Command


class NativeDriver(Driver):
    """Has libcontainer make the container, in this process and in the child."""

    NAME = "native"

    def __init__(self, root: str, dockerinit: str) -> None:
        self.root = f"{root}/{self.NAME}"
        self.dockerinit = dockerinit
        self.active: dict[str, Active] = {}  # by container

    @twin_of(
        "(*github.com/docker/docker/daemon/execdriver/native.driver).Name",
        passes="It joins two constants.",
    )
    async def name(self) -> str:
        """Return the driver's name with its version."""
        return f"{self.NAME}-{VERSION}"

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Run")
    async def run(self, command: Command, pipes: Pipes, callback: StartCallback) -> int:
        """Describe the container to libcontainer, in a file too, and have it run."""
        container = self._create_container(command)
        new_std_console(command, pipes)
        self.active[command.id] = Active(container, command)
        self._create_container_root(command.id)
        try:
            self._write_container_file(container, command.id)
            return await namespaces.execute(
                container,
                f"{self.root}/{command.id}",
                partial(self._create_command, command),
                partial(self._report_start, command, callback),
            )
        finally:
            self._remove_container_root(command.id)

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Terminate")
    async def terminate(self, id_: str, pid: int) -> None:
        """Kill the process that an earlier daemon has started, if it still is that process."""
        state = f"{self.root}/{id_}/state.json"
        if not ioutil.exists(state):
            return  # it was removed after the end of the process
        known = await get_state(f"{self.root}/{id_}")
        if known.start_time == await get_process_start_time(pid):
            syscall.kill(pid, Signal.SIGKILL)
        self._remove_container_root(id_)

    async def is_running(self, id_: str) -> bool:
        """Say whether a container runs: its state is on the disk only so long."""
        return ioutil.exists(f"{self.root}/{id_}/state.json")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Kill")
    async def kill(self, id_: str, signal: int) -> None:
        """Send a signal to the pid that the host knows, not the 1 that it has inside."""
        syscall.kill(self._find_active(id_).command.container_pid, signal)

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Pause")
    async def pause(self, id_: str) -> None:
        """Freeze the group: the processes cannot notice, or refuse."""
        await cgroups.freeze(self._find_active(id_).container, "FROZEN")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Unpause")
    async def unpause(self, id_: str) -> None:
        """Thaw the group."""
        await cgroups.freeze(self._find_active(id_).container, "THAWED")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).GetPidsForContainer")
    async def get_pids_for_container(self, id_: str) -> list[int]:
        """Ask the group, from which no process can hide."""
        return await cgroups.get_pids(self._find_active(id_).container)

    def _find_active(self, id_: str) -> Active:
        if id_ not in self.active:
            raise DockerError(f"active container for {id_} does not exist")
        return self.active[id_]

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).createContainer")
    def _create_container(self, command: Command) -> Config:
        """Start from the template and change what this command asks for."""
        container = new_template()
        known = dict(each.partition("=")[::2] for each in command.env)
        container.hostname = known.get("HOSTNAME", "")
        container.user, container.working_dir = command.user, command.working_dir
        container.env, container.cgroup_name = command.env, command.id
        container.allowed_devices = command.allowed_devices
        container.device_nodes = command.created_devices
        self._create_network(container, command)
        if command.privileged:
            self._set_privileged(container)
        else:
            self._set_capabilities(container, command)
        self._setup_cgroups(container, command)
        self._setup_mounts(container, command)
        return container

    @twin_of(
        "(*github.com/docker/docker/daemon/execdriver/native.driver).createNetwork",
        passes=DESCRIBES,
    )
    def _create_network(self, container: Config, command: Command) -> None:
        """Describe the interfaces; with the host's network there is no namespace to fill."""
        wanted = command.network
        if wanted.host_networking:
            container.namespaces.remove("NEWNET")
            return
        container.networks.append(Network("loopback", "127.0.0.1/0", "localhost", mtu=wanted.mtu))
        if wanted.interface:
            address, gateway = wanted.interface.address, wanted.interface.gateway
            container.networks.append(
                Network("veth", address, gateway, wanted.interface.bridge, "veth", wanted.mtu)
            )
        if wanted.container_id:
            other = self._find_active(wanted.container_id).command.container_pid
            container.networks.append(Network("netns", ns_path=f"/proc/{other}/ns/net"))

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).setPrivileged")
    def _set_privileged(self, container: Config) -> None:
        """Take every fence away but the namespaces."""
        container.capabilities = list(capabilities.ALL)
        container.allow_all_devices = True
        container.device_nodes = devices.get_host_device_nodes()
        container.restrict_sys = False

    @twin_of(
        "(*github.com/docker/docker/daemon/execdriver/native.driver).setCapabilities",
        passes=DESCRIBES,
    )
    def _set_capabilities(self, container: Config, command: Command) -> None:
        """Change the default set by what the user adds and drops."""
        container.capabilities = tweak_capabilities(
            container.capabilities, command.cap_add, command.cap_drop
        )

    @twin_of(
        "(*github.com/docker/docker/daemon/execdriver/native.driver).setupCgroups",
        passes=DESCRIBES,
    )
    def _setup_cgroups(self, container: Config, command: Command) -> None:
        """Copy the limits."""
        limits = command.resources
        container.memory, container.memory_swap = limits.memory, limits.memory_swap
        container.cpu_shares, container.cpuset = limits.cpu_shares, limits.cpuset

    @twin_of(
        "(*github.com/docker/docker/daemon/execdriver/native.driver).setupMounts",
        passes=DESCRIBES,
    )
    def _setup_mounts(self, container: Config, command: Command) -> None:
        """Copy the bind mounts."""
        container.mounts = list(command.mounts)

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).createContainerRoot")
    def _create_container_root(self, id_: str) -> None:
        """Make the directory in which the child will look for its description."""
        ioutil.make_directories(f"{self.root}/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).removeContainerRoot")
    def _remove_container_root(self, id_: str) -> None:
        """Forget the container, and remove its directory."""
        self.active.pop(id_, None)
        ioutil.remove_all(f"{self.root}/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).writeContainerFile")
    def _write_container_file(self, container: Config, id_: str) -> None:
        """Write the description: a file is how it gets across the execve."""
        ioutil.write_json(f"{self.root}/{id_}/container.json", container.as_dict())

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Run$1")
    def _create_command(self, command: Command, container: Config, pipe: int) -> Cmd:
        """Say which program is the first in the new namespaces: not yet the user's."""
        data = f"{self.root}/{command.id}"
        command.process = Cmd(
            self.dockerinit,
            [self.NAME, "-pipe", "3", "-root", data, "--", *command.argv],
            env=dict(each.partition("=")[::2] for each in container.env),
            directory=command.rootfs,
            flags=namespaces.get_namespace_flags(container.namespaces),
            extra_file=pipe,
            stdin=command.stdin,
            stdout=command.stdout,
            stderr=command.stderr,
        )
        return command.process

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Run$2")
    async def _report_start(self, command: Command, callback: StartCallback, pid: int) -> None:
        """Tell the monitor that the user's program runs."""
        command.container_pid = pid
        await callback(command)


@twin_of("github.com/docker/docker/daemon/execdriver/native.NewDriver")
def new_native_driver(root: str, dockerinit: str) -> NativeDriver:
    """Make the driver, with a place for what it writes of each container that runs."""
    ioutil.make_directories(f"{root}/{NativeDriver.NAME}")
    install_default_profile()
    return NativeDriver(root, dockerinit)


@twin_of("github.com/docker/docker/daemon/execdriver/native.initializer")
async def initializer(argv: list[str]) -> None:
    """Go on in the child: read the description, then become the user's program."""
    _, _, pipe, _, data, _, *command = argv  # as `_create_command` has put them together
    container = Config.from_json(await ioutil.read_file(f"{data}/container.json"))
    rootfs = syscall.getcwd()
    sync_pipe = new_sync_pipe_from_fd(int(pipe))
    await namespaces.init(container, rootfs, sync_pipe, command)
    syscall.exit_group(1)
