"""Where the layers of a file system lie, and how they are put together."""

from abc import ABC, abstractmethod

from tracer.minidocker import ioutil, syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.twin import twin_of


class Driver(ABC):
    """Makes layers and shows a layer with all below it as one directory."""

    def __init__(self, home: str) -> None:
        self.home = home

    @abstractmethod
    async def create(self, id_: str, parent: str) -> None:
        """Start an empty layer on top of another."""

    @abstractmethod
    async def get(self, id_: str) -> str:
        """Return a directory that shows the layer."""

    @abstractmethod
    async def put(self, id_: str) -> None:
        """Say that the directory is not needed any more."""


class Aufs(Driver):
    """Layers are directories; the kernel joins them in a union mount."""

    def __init__(self, home: str) -> None:
        super().__init__(home)
        self.active: dict[str, int] = {}  # how many use each mount

    async def create(self, id_: str, parent: str) -> None:
        """Make the layer's directories and write down what lies below it."""
        ioutil.make_directories(f"{self.home}/diff/{id_}")
        ioutil.make_directories(f"{self.home}/mnt/{id_}")
        below = [parent, *await self._layers_below(parent)] if parent else []
        ioutil.write_file(f"{self.home}/layers/{id_}", "".join(f"{each}\n" for each in below))

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Get")
    async def get(self, id_: str) -> str:
        """Mount the layer over its parents, unless somebody has done so already."""
        point = f"{self.home}/mnt/{id_}"
        if not self.active.get(id_):
            branches = [f"{self.home}/diff/{id_}=rw"]
            below = await self._layers_below(id_)
            branches += [f"{self.home}/diff/{each}=ro+wh" for each in below]
            syscall.mount("none", point, "aufs", options="br:" + ":".join(branches))
        self.active[id_] = self.active.get(id_, 0) + 1
        return point

    async def put(self, id_: str) -> None:
        """Unmount when the last user has gone."""
        self.active[id_] -= 1
        if not self.active[id_]:
            syscall.umount2(f"{self.home}/mnt/{id_}")

    async def _layers_below(self, id_: str) -> list[str]:
        return (await ioutil.read_file(f"{self.home}/layers/{id_}")).split()


class Vfs(Driver):
    """Each layer is a full copy of its parent: slow, but any kernel can do it."""

    async def create(self, id_: str, parent: str) -> None:
        """Copy the parent."""
        ioutil.make_directories(f"{self.home}/dir/{id_}")
        if parent:
            await self._copy(f"{self.home}/dir/{parent}", f"{self.home}/dir/{id_}")

    async def get(self, id_: str) -> str:
        """Return the copy; nothing needs mounting."""
        return f"{self.home}/dir/{id_}"

    async def put(self, id_: str) -> None:
        """Do nothing, as nothing was mounted."""

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


def choose(home: str) -> Driver:
    """Take aufs if the kernel has it, else vfs."""
    ioutil.make_directories(f"{home}/aufs/probe")
    ioutil.make_directories(f"{home}/aufs/layers")
    try:
        syscall.mount("none", f"{home}/aufs/probe", "aufs", options=f"br:{home}/aufs/layers=rw")
    except KernelError:
        return Vfs(f"{home}/vfs")
    syscall.umount2(f"{home}/aufs/probe", MountFlag.MNT_DETACH)
    return Aufs(f"{home}/aufs")
