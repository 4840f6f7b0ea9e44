"""What a driver is told, and the operations that every driver has."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tracer.minidocker.docker.pkg.broadcastwriter import BroadcastWriter
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.golib.pipe import Read, Write
from tracer.minidocker.libcontainer.config import BindMount
from tracer.minidocker.libcontainer.devices import Device
from tracer.minidocker.twin import twin_of


@dataclass(frozen=True)
class Interface:
    """The container's end of a cable to a bridge."""

    address: str  # with the length of the network's prefix
    gateway: str
    bridge: str = "docker0"


@dataclass(frozen=True)
class Network:
    """The network that a container sees; with nothing of this, only loopback."""

    interface: Interface | None = None
    mtu: int = 1500
    container_id: str = ""  # of the container whose network is joined
    host_networking: bool = False


@dataclass(frozen=True)
class Resources:
    """The limits; 0 and nothing are none."""

    memory: int = 0
    memory_swap: int = 0
    cpu_shares: int = 0
    cpuset: str = ""


@dataclass
class Command:
    """Everything a driver needs to know, and nothing of the daemon."""

    id: str
    rootfs: str
    argv: list[str]
    env: list[str]
    network: Network
    resources: Resources
    user: str = ""
    working_dir: str = ""
    privileged: bool = False
    cap_add: list[str] = field(default_factory=list)
    cap_drop: list[str] = field(default_factory=list)
    allowed_devices: list[Device] = field(default_factory=list)
    created_devices: list[Device] = field(default_factory=list)
    mounts: list[BindMount] = field(default_factory=list)
    init_path: str = "/.dockerinit"  # where lxc finds our program inside
    stdin: Read | None = None
    stdout: Write | None = None
    stderr: Write | None = None
    process: Cmd | None = None  # what the driver has started
    container_pid: int = 0  # of the first process inside, as the host counts

    def describe(self) -> dict[str, Any]:
        """Give what is known of it as plain values."""
        streams = {"stdin": self.stdin, "stdout": self.stdout, "stderr": self.stderr}
        return {
            "argv": " ".join(self.argv),
            "mounts": sorted(each.destination for each in self.mounts),
            "streams": [name for name, each in streams.items() if each],
            "pid": self.container_pid,
            "process": self.process.argv[0] if self.process else "",
        }

    @twin_of(
        "(*github.com/docker/docker/daemon/execdriver.Command).Pid",
        passes="It reads a field.",
    )
    def pid(self) -> int:
        """Return the number of the container's first process."""
        return self.container_pid


StartCallback = Callable[[Command], Awaitable[None]]


@dataclass(frozen=True)
class Pipes:
    """Where the program's output goes, and where its input comes from: functions, no pipes yet."""

    stdout: Write
    stderr: Write
    stdin: Read | None = None


@twin_of(
    "github.com/docker/docker/daemon/execdriver.NewPipes",
    passes="It only holds the ends together.",
)
def new_pipes(stdin: Read | None, stdout: BroadcastWriter, stderr: BroadcastWriter) -> Pipes:
    """Name the ends that the process will be connected to."""
    return Pipes(stdout.write, stderr.write, stdin)


@twin_of("github.com/docker/docker/daemon/execdriver.NewStdConsole")
def new_std_console(command: Command, pipes: Pipes) -> None:
    """Choose plain streams, as no terminal was asked for."""
    _attach_pipes(command, pipes)


@twin_of("(*github.com/docker/docker/daemon/execdriver.StdConsole).AttachPipes")
def _attach_pipes(command: Command, pipes: Pipes) -> None:
    """Connect the streams to the program that is to be started."""
    command.stdin, command.stdout, command.stderr = pipes.stdin, pipes.stdout, pipes.stderr


class Driver(ABC):
    """Runs commands; which driver does is chosen when the daemon starts."""

    @abstractmethod
    async def name(self) -> str:
        """Return what is noted with each container."""

    @abstractmethod
    async def run(self, command: Command, pipes: Pipes, callback: StartCallback) -> int:
        """Run a command to its end and return its exit code."""

    @abstractmethod
    async def kill(self, id_: str, signal: int) -> None:
        """Send a signal to the first process."""

    @abstractmethod
    async def terminate(self, id_: str, pid: int) -> None:
        """Kill what an earlier daemon has left."""

    @abstractmethod
    async def is_running(self, id_: str) -> bool:
        """Say whether a container runs, whichever daemon has started it."""

    @abstractmethod
    async def pause(self, id_: str) -> None:
        """Freeze all processes."""

    @abstractmethod
    async def unpause(self, id_: str) -> None:
        """Let all processes go on."""

    @abstractmethod
    async def get_pids_for_container(self, id_: str) -> list[int]:
        """List the processes by the numbers that the host gives them."""
