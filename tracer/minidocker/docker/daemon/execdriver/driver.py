"""What a driver is told, and the one operation that every driver has: run a command."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tracer.minidocker.docker.pkg.broadcastwriter import BroadcastWriter, Write
from tracer.minidocker.libcontainer.config import BindMount
from tracer.minidocker.twin import twin_of

StartCallback = Callable[[int], Awaitable[None]]
DEFAULT_CAPABILITIES = (
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW "
    "SETFCAP SETGID SETPCAP SETUID SYS_CHROOT"
)


@dataclass
class Command:
    """Everything a driver needs to know, and nothing of the daemon."""

    id: str
    rootfs: str
    argv: list[str]
    env: dict[str, str]
    hostname: str
    user: str
    working_dir: str
    memory: int
    network_mode: str
    mtu: int
    address: str
    gateway: str
    cap_add: list[str]
    cap_drop: list[str]
    privileged: bool
    mounts: list[BindMount] = field(default_factory=list)
    stdout: Write | None = None
    stderr: Write | None = None


@dataclass(frozen=True)
class Pipes:
    """Where the output goes."""

    stdout: Write
    stderr: Write


@twin_of("github.com/docker/docker/daemon/execdriver.NewPipes")
def new_pipes(stdout: BroadcastWriter, stderr: BroadcastWriter) -> Pipes:
    """Name the ends that the process will be connected to."""
    return Pipes(stdout.write, stderr.write)


@twin_of("github.com/docker/docker/daemon/execdriver.NewStdConsole")
def new_std_console(command: Command, pipes: Pipes) -> None:
    """Connect plain streams, as no terminal was asked for."""
    command.stdout, command.stderr = pipes.stdout, pipes.stderr


class Driver(ABC):
    """Runs commands; which driver does is chosen when the daemon starts."""

    @abstractmethod
    async def run(self, command: Command, pipes: Pipes, callback: StartCallback) -> int:
        """Run a command to its end and return its exit code."""

    @abstractmethod
    async def pause(self, id_: str) -> None:
        """Freeze all processes."""

    @abstractmethod
    async def unpause(self, id_: str) -> None:
        """Let all processes go on."""
