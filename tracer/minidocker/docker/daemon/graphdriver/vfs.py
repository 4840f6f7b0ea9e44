"""Each layer is a full copy of its parent: slow and large, but any file system can do it."""

import posixpath

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.graphdriver import driver as graphdriver
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.twin import twin_of


class Vfs(Driver):
    """Copies layers; nothing is ever mounted."""

    name = "vfs"

    def status(self) -> list[tuple[str, str]]:
        """Have nothing to tell."""
        return []

    async def cleanup(self) -> None:
        """Have nothing to give back."""

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/vfs.Driver).Create")
    async def create(self, id_: str, parent: str) -> None:
        """Make a directory and copy the parent into it."""
        place = self._dir(id_)
        ioutil.make_directories(posixpath.dirname(place))
        syscall.mkdir(place)
        if parent:
            await _copy_dir(await self.get(parent), place)

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/vfs.Driver).Remove")
    async def remove(self, id_: str) -> None:
        """Remove the copy."""
        syscall.stat(self._dir(id_))
        ioutil.remove_all(self._dir(id_))

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/vfs.Driver).Get")
    async def get(self, id_: str, mount_label: str = "") -> str:
        """Return the copy; no label is needed where nothing is mounted."""
        del mount_label
        if syscall.stat(self._dir(id_)).kind != "directory":
            raise DockerError(f"{self._dir(id_)}: not a directory")
        return self._dir(id_)

    async def put(self, id_: str) -> None:
        """Do nothing, as nothing was mounted."""

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/vfs.Driver).Exists")
    def exists(self, id_: str) -> bool:
        """Look for the directory."""
        return ioutil.exists(self._dir(id_))

    def _dir(self, id_: str) -> str:
        return f"{self.root}/dir/{id_}"


async def _copy_dir(source: str, target: str) -> None:
    """Leave the copying to a program, which keeps owners, modes and links."""
    said: list[bytes] = []
    copy = Cmd("/bin/cp", ["cp", "-a", f"{source}/.", target], stdout=said.append)
    copy.stderr = said.append
    await copy.start()
    if await copy.wait():
        raise DockerError(f"Error VFS copying directory: {b''.join(said).decode()}")


@twin_of(
    "github.com/docker/docker/daemon/graphdriver/vfs.Init",
    passes="A directory is all that it needs, and layers bring it along.",
)
async def init(root: str) -> Driver:
    """Take any directory."""
    return Vfs(root)


graphdriver.register(Vfs.name, init)
