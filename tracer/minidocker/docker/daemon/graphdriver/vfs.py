"""Each layer is a full copy of its parent."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


class Vfs(Driver):
    """Each layer is a full copy of its parent: slow, but any kernel can do it."""

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/vfs.Driver).Create")
    async def create(self, id_: str, parent: str) -> None:
        """Copy the parent."""
        ioutil.make_directories(f"{self.home}/dir")
        syscall.mkdir(f"{self.home}/dir/{id_}")
        if parent:
            await self._copy(f"{self.home}/dir/{parent}", f"{self.home}/dir/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/vfs.Driver).Get")
    async def get(self, id_: str) -> str:
        """Return the copy; nothing needs mounting."""
        place = f"{self.home}/dir/{id_}"
        if syscall.stat(place).kind != "directory":
            raise DockerError(f"{place}: not a directory")
        return place

    async def put(self, id_: str) -> None:
        """Do nothing, as nothing was mounted."""

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/vfs.Driver).Remove")
    async def remove(self, id_: str) -> None:
        """Delete the copy."""
        ioutil.remove_all(f"{self.home}/dir/{id_}")

    async def _copy(self, source: str, target: str) -> None:
        for name in syscall.getdents(source):
            old, new = f"{source}/{name}", f"{target}/{name}"
            found = syscall.lstat(old)
            if found.kind == "directory":
                syscall.mkdir(new, found.mode)
                await self._copy(old, new)
            elif found.kind == "symlink":
                syscall.symlink(syscall.readlink(old), new)
            else:
                ioutil.write_file(new, await ioutil.read_file(old), mode=found.mode)
