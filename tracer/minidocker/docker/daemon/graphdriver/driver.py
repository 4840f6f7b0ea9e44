"""What every driver of layers can do, and how the daemon comes by one."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable

from tracer.minidocker.docker.archive.archive import Archive
from tracer.minidocker.docker.archive.changes import Change
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import mount
from tracer.minidocker.golib.environ import environ
from tracer.minidocker.golib.pipe import Reader
from tracer.minidocker.twin import twin_of


class NotSupportedError(DockerError):
    """This machine cannot carry the driver."""


class IncompatibleError(NotSupportedError):
    """The file system below is not one that the driver can work on."""


class Driver(ABC):
    """Makes layers and shows a layer with all below it as one directory."""

    name: str  # under which it is registered; str(driver) is the same, and in aufs a twin

    def __init__(self, root: str) -> None:
        self.root = root

    def __str__(self) -> str:
        return self.name

    @abstractmethod
    async def create(self, id_: str, parent: str) -> None:
        """Start an empty layer on top of another."""

    @abstractmethod
    async def remove(self, id_: str) -> None:
        """Remove a layer and its files."""

    @abstractmethod
    async def get(self, id_: str, mount_label: str = "") -> str:
        """Return a directory that shows the layer."""

    @abstractmethod
    async def put(self, id_: str) -> None:
        """Say that the directory is not needed any more."""

    @abstractmethod
    def exists(self, id_: str) -> bool:
        """Say whether there is such a layer."""

    @abstractmethod
    def status(self) -> list[tuple[str, str]]:
        """Describe itself for `docker info`."""

    @abstractmethod
    async def cleanup(self) -> None:
        """Give everything back when the daemon ends."""

    def describe(self) -> dict[str, int]:
        """Say how many use each layer that is shown."""
        return {}


class Differ(ABC):
    """What a driver can do besides if it knows a layer's own files from those below."""

    @abstractmethod
    async def diff(self, id_: str) -> Archive:
        """Pack the layer's own files."""

    @abstractmethod
    async def changes(self, id_: str) -> list[Change]:
        """List what the layer changes."""

    @abstractmethod
    async def apply_diff(self, id_: str, diff: Reader) -> None:
        """Unpack an archive into the layer."""

    @abstractmethod
    async def diff_size(self, id_: str) -> int:
        """Count the bytes of the layer's own files."""


InitFunction = Callable[[str], Awaitable[Driver]]
DRIVERS: dict[str, InitFunction] = {}
PRIORITY = ("aufs", "btrfs", "devicemapper", "vfs")  # the order in which drivers are tried


def register(name: str, init: InitFunction) -> None:
    """Offer a driver under a name."""
    if name in DRIVERS:
        raise DockerError(f"Name already registered {name}")
    DRIVERS[name] = init


@twin_of("github.com/docker/docker/daemon/graphdriver.GetDriver")
async def get_driver(name: str, home: str) -> Driver:
    """Set one driver up, in a directory of its name."""
    if name not in DRIVERS:
        raise NotSupportedError(f"{name}: driver not supported")
    return await DRIVERS[name](f"{home}/{name}")


@twin_of("github.com/docker/docker/daemon/graphdriver.New")
async def new(root: str, wanted: str = "") -> Driver:
    """Set up the driver that was asked for, or the first that this machine can carry."""
    chosen = environ().get("DOCKER_DRIVER") or wanted
    if chosen:
        return await get_driver(chosen, root)
    for name in (*PRIORITY, *(each for each in DRIVERS if each not in PRIORITY)):
        try:
            return await get_driver(name, root)
        except NotSupportedError:
            continue
    raise DockerError("No supported storage backend found")


@twin_of("github.com/docker/docker/daemon/graphdriver.MakePrivate")
async def make_private(point: str) -> None:
    """Let no mount below a directory reach other mount namespaces; only a mount can be private."""
    if not await mount.mounted(point):
        await mount.mount(point, point, "none", "bind,rw")
    mount.force_mount("", point, "none", "private")
