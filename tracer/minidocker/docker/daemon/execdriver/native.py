"""The driver that uses the kernel directly, through libcontainer."""

from dataclasses import dataclass
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.execdriver.driver import (
    DEFAULT_CAPABILITIES,
    Command,
    Driver,
    Pipes,
    StartCallback,
    new_std_console,
)
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.libcontainer import cgroups, namespaces
from tracer.minidocker.libcontainer.apparmor import install_default_profile
from tracer.minidocker.libcontainer.config import Config, Network, get_state
from tracer.minidocker.libcontainer.syncpipe import new_sync_pipe_from_fd
from tracer.minidocker.libcontainer.system import get_process_start_time
from tracer.minidocker.twin import twin_of


@dataclass
class Active:
    """A container that runs."""

    container: Config
    pid: int = 0  # of its first process


class NativeDriver(Driver):
    """Uses the kernel's facilities directly, through libcontainer."""

    NAME = "native"
    name = "native-0.2"

    def __init__(self, root: str, dockerinit: str) -> None:
        self.root = f"{root}/{self.NAME}"
        self.dockerinit = dockerinit
        self.active: dict[str, Active] = {}  # by container

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Run")
    async def run(self, command: Command, pipes: Pipes, callback: StartCallback) -> int:
        """Describe the container to libcontainer, in a file too, and have it run."""
        container = self._create_container(command)
        new_std_console(command, pipes)
        self._create_container_root(command.id)
        self.active[command.id] = Active(container)
        try:
            self._write_container_file(container, command.id)
            return await namespaces.execute(
                container,
                f"{self.root}/{command.id}",
                partial(self._create_command, command),
                partial(self._report_start, callback),
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

    def is_running(self, id_: str) -> bool:
        """Say whether a container runs: its state is on the disk only so long."""
        return ioutil.exists(f"{self.root}/{id_}/state.json")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Pause")
    async def pause(self, id_: str) -> None:
        """Freeze the group: the processes cannot notice, or refuse."""
        await cgroups.freeze(self._find_active(id_).container, "FROZEN")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Unpause")
    async def unpause(self, id_: str) -> None:
        """Thaw the group."""
        await cgroups.freeze(self._find_active(id_).container, "THAWED")

    def _find_active(self, id_: str) -> "Active":
        if id_ not in self.active:
            raise DockerError(f"active container for {id_} does not exist")
        return self.active[id_]

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).createContainer")
    def _create_container(self, command: Command) -> Config:
        """Start from the template and change what this command asks for."""
        container = new_template()
        container.hostname, container.user = command.hostname, command.user
        container.env, container.working_dir = command.env, command.working_dir
        container.cgroup_name = command.id
        self._create_network(container, command)
        self._set_capabilities(container, command)
        self._setup_cgroups(container, command)
        self._setup_mounts(container, command)
        return container

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).createNetwork")
    def _create_network(self, container: Config, command: Command) -> None:
        """Describe the interfaces; with the host's network there is no namespace to fill."""
        if command.network_mode == "host":
            container.namespaces.remove("NEWNET")
            return
        container.networks.append(Network("loopback", "127.0.0.1/8"))
        if command.network_mode == "bridge":
            container.networks.append(
                Network("veth", command.address, command.gateway, "docker0", "veth", command.mtu)
            )

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).setCapabilities")
    def _set_capabilities(self, container: Config, command: Command) -> None:
        """Change the default set by what the user adds and drops."""
        kept = {*container.capabilities, *command.cap_add} - {*command.cap_drop}
        container.capabilities = sorted(kept)
        container.privileged = command.privileged

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).setupCgroups")
    def _setup_cgroups(self, container: Config, command: Command) -> None:
        """Copy the limits."""
        container.memory = command.memory

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).setupMounts")
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
        ioutil.remove_all(f"{self.root}/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).writeContainerFile")
    def _write_container_file(self, container: Config, id_: str) -> None:
        """Write the description: a file is how it gets across the execve."""
        ioutil.write_json(f"{self.root}/{id_}/container.json", container.as_dict())

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Run$1")
    def _create_command(self, command: Command, container: Config, pipe: int) -> Cmd:
        """Say which program is the first in the new namespaces: not yet the user's."""
        data = f"{self.root}/{command.id}"
        return Cmd(
            self.dockerinit,
            [self.NAME, "-pipe", "3", "-root", data, "--", *command.argv],
            directory=command.rootfs,
            flags=namespaces.get_namespace_flags(container.namespaces),
            extra_file=pipe,
            stdout=command.stdout,
            stderr=command.stderr,
        )

    @twin_of("(*github.com/docker/docker/daemon/execdriver/native.driver).Run$2")
    async def _report_start(self, callback: StartCallback, pid: int) -> None:
        """Tell the monitor that the user's program runs."""
        await callback(pid)


@twin_of("github.com/docker/docker/daemon/execdriver/native.NewDriver")
def new_driver(root: str, dockerinit: str) -> NativeDriver:
    """Make the driver, with a place for what it writes of each container that runs."""
    ioutil.make_directories(f"{root}/{NativeDriver.NAME}")
    install_default_profile()
    return NativeDriver(root, dockerinit)


@twin_of("github.com/docker/docker/daemon/execdriver/native/template.New")
def new_template() -> Config:
    """Return what all containers start from: five namespaces and few capabilities."""
    return Config(
        namespaces=["NEWNS", "NEWUTS", "NEWIPC", "NEWPID", "NEWNET"],
        capabilities=DEFAULT_CAPABILITIES.split(),
    )


@twin_of("github.com/docker/docker/daemon/execdriver/native.initializer")
async def initializer(argv: list[str]) -> None:
    """Go on in the child: read the description, then become the user's program."""
    _, _, pipe, _, data, _, *command = argv
    container = Config.from_json(await ioutil.read_file(f"{data}/container.json"))
    sync_pipe = new_sync_pipe_from_fd(int(pipe))
    await namespaces.init(container, syscall.getcwd(), sync_pipe, command)
    syscall.exit_group(1)
