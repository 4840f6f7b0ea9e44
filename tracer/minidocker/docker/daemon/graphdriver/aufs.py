"""Layers are directories; the kernel joins them in a union mount."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


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

    async def remove(self, id_: str) -> None:
        """Take the layer's directories out of sight first, then delete them."""
        for kind in ("mnt", "diff"):
            path = f"{self.home}/{kind}/{id_}"
            syscall.rename(path, f"{path}-removing")
            ioutil.remove_all(f"{path}-removing")
        ioutil.remove_all(f"{self.home}/layers/{id_}")

    async def _layers_below(self, id_: str) -> list[str]:
        return (await ioutil.read_file(f"{self.home}/layers/{id_}")).split()
