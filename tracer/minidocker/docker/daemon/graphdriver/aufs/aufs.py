"""The driver itself: it counts who uses a layer, and mounts and unmounts accordingly."""

import posixpath

from tracer.minidocker import syscall
from tracer.minidocker.docker.archive import archive, changes
from tracer.minidocker.docker.archive.archive import Archive
from tracer.minidocker.docker.archive.changes import Change
from tracer.minidocker.docker.daemon.graphdriver import driver as graphdriver
from tracer.minidocker.docker.daemon.graphdriver.aufs.dirs import get_parent_ids, load_ids
from tracer.minidocker.docker.daemon.graphdriver.aufs.mount import mount, unmount
from tracer.minidocker.docker.daemon.graphdriver.driver import Differ, Driver
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import mount as mounting
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.golib.goroutine import Lock
from tracer.minidocker.golib.pipe import Reader
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.libcontainer.label import format_mount_label
from tracer.minidocker.twin import twin_of

INCOMPATIBLE = ("btrfs", "aufs")  # file systems that cannot be a branch
XINO = "xino=/dev/shm/aufs.xino"  # where aufs keeps its own inode numbers


class Aufs(Driver, Differ):
    """Shows layers through union mounts, each for as long as somebody uses it."""

    name = "aufs"

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.lock = Lock()
        self.active: dict[str, int] = {}  # how many use each layer

    @twin_of(
        "(github.com/docker/docker/daemon/graphdriver/aufs.Driver).String",
        passes="It is a constant.",
    )
    def __str__(self) -> str:
        """Return what is noted with each container."""
        return self.name

    def describe(self) -> dict[str, int]:
        """Say how many use each layer that is shown."""
        return {id_[:12] + id_[64:]: users for id_, users in self.active.items()}

    def status(self) -> list[tuple[str, str]]:
        """Describe itself for `docker info`."""
        count = len(load_ids(f"{self.root}/layers"))
        return [("Root Dir", self.root), ("Dirs", str(count))]

    @twin_of("(github.com/docker/docker/daemon/graphdriver/aufs.Driver).Exists")
    def exists(self, id_: str) -> bool:
        """Go by the list of parents: it is written last."""
        return ioutil.exists(f"{self.root}/layers/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Create")
    async def create(self, id_: str, parent: str) -> None:
        """Write down what lies below, so that no chain must be walked at mount time."""
        self._create_dirs_for(id_)
        ids = f"{self.root}/layers/{id_}"
        ioutil.write_file(ids, "")
        if parent:
            below = [parent, *await get_parent_ids(self.root, parent)]
            ioutil.write_file(ids, "".join(f"{each}\n" for each in below))

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).createDirsFor")
    def _create_dirs_for(self, id_: str) -> None:
        """Make a place for the layer's own files, and one to mount on."""
        for kind in ("mnt", "diff"):
            ioutil.make_directories(f"{self.root}/{kind}/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Remove")
    async def remove(self, id_: str) -> None:
        """Move the directories out of sight before deleting, which takes time."""
        async with self.lock:
            await self._unmount(id_)
            for kind in ("mnt", "diff"):
                place = f"{self.root}/{kind}/{id_}"
                if ioutil.exists(place):
                    syscall.rename(place, f"{place}-removing")
                    ioutil.remove_all(f"{place}-removing")
            ioutil.remove_all(f"{self.root}/layers/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Get")
    async def get(self, id_: str, mount_label: str = "") -> str:
        """Mount for the first user only; a lowest layer needs no mount."""
        ids = await get_parent_ids(self.root, id_)
        async with self.lock:
            users = self.active.get(id_, 0)
            folder = "mnt" if ids else "diff"
            if ids and not users:
                await self._mount(id_, mount_label)
            self.active[id_] = users + 1
            return f"{self.root}/{folder}/{id_}"

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Put")
    async def put(self, id_: str) -> None:
        """Unmount after the last user."""
        async with self.lock:
            if self.active.get(id_, 0) > 1:
                self.active[id_] -= 1
                return
            if await get_parent_ids(self.root, id_):
                await self._unmount(id_)
            self.active.pop(id_, None)

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Diff")
    async def diff(self, id_: str) -> Archive:
        """Pack the layer's own directory: its whiteouts are what the archive needs too."""
        return archive.tar_with_options(f"{self.root}/diff/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).ApplyDiff")
    async def apply_diff(self, id_: str, diff: Reader) -> None:
        """Unpack into the layer's own directory, not through the mount."""
        await archive.untar(diff, f"{self.root}/diff/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).DiffSize")
    async def diff_size(self, id_: str) -> int:
        """Add up the layer's own files."""
        return ioutil.tree_size(f"{self.root}/diff/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Changes")
    async def changes(self, id_: str) -> list[Change]:
        """Read them off the layer's own directory; those below tell what is new."""
        layers = await self._get_parent_layer_paths(id_)
        return changes.changes(layers, f"{self.root}/diff/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).getParentLayerPaths")
    async def _get_parent_layer_paths(self, id_: str) -> list[str]:
        """Turn the ids below into directories."""
        ids = await get_parent_ids(self.root, id_)
        if not ids:
            raise DockerError(f"Dir {id_} does not have any parent layers")
        return [f"{self.root}/diff/{each}" for each in ids]

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).mount")
    async def _mount(self, id_: str, label: str) -> None:
        """Mount, unless that is left from before the daemon started."""
        if await self._mounted(id_):
            return
        layers = await self._get_parent_layer_paths(id_)
        own, target = f"{self.root}/diff/{id_}", f"{self.root}/mnt/{id_}"
        await self._aufs_mount(layers, own, target, label)

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).unmount")
    async def _unmount(self, id_: str) -> None:
        """Unmount, if it is mounted."""
        if await self._mounted(id_):
            await unmount(f"{self.root}/mnt/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).mounted")
    async def _mounted(self, id_: str) -> bool:
        """Ask the kernel, not the count."""
        return await mounting.mounted(f"{self.root}/mnt/{id_}")

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).aufsMount")
    async def _aufs_mount(self, below: list[str], own: str, target: str, label: str) -> None:
        """Name all branches at once; if they are too many for one page, add them one by one."""
        try:
            self._try_mount(below, own, target, label)
        except KernelError:
            self._mount_rw(own, target, label)
            for layer in below:
                data = format_mount_label(f"append:{layer}=ro+wh", label)
                mount("none", target, "aufs", MountFlag.MS_REMOUNT, data)

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).tryMount")
    def _try_mount(self, below: list[str], own: str, target: str, label: str) -> None:
        """Put the writable branch first, then those below, nearest first and read-only."""
        branches = ":".join([f"{own}=rw", *(f"{each}=ro+wh" for each in below)])
        data = format_mount_label(f"br:{branches},{XINO}", label)
        mount("none", target, "aufs", MountFlag(0), data)

    def _mount_rw(self, own: str, target: str, label: str) -> None:
        """Begin with the writable branch alone."""
        data = format_mount_label(f"br:{own},{XINO}", label)
        mount("none", target, "aufs", MountFlag(0), data)

    @twin_of("(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Cleanup")
    async def cleanup(self) -> None:
        """Unmount every layer, then the directory itself."""
        for id_ in load_ids(f"{self.root}/layers"):
            await self._unmount(id_)
        await mounting.unmount(self.root)


@twin_of("github.com/docker/docker/daemon/graphdriver/aufs.Init")
async def init(root: str) -> Driver:
    """Set the driver up, if this kernel and the file system below can carry it."""
    await _supports_aufs()
    if syscall.statfs(posixpath.dirname(root)) in INCOMPATIBLE:
        raise graphdriver.IncompatibleError(f"{root}: aufs cannot have branches here")
    ioutil.make_directories(root)
    await graphdriver.make_private(root)
    for name in ("mnt", "diff", "layers"):
        ioutil.make_directories(f"{root}/{name}")
    return Aufs(root)


@twin_of("github.com/docker/docker/daemon/graphdriver/aufs.supportsAufs")
async def _supports_aufs() -> None:
    """Load the module, which may be built in, and ask the kernel."""
    load = Cmd("/bin/modprobe", ["modprobe", "aufs"])
    await load.start()
    await load.wait()
    if "aufs" not in (await ioutil.read_file("/proc/filesystems")).split():
        raise graphdriver.NotSupportedError("AUFS was not found in /proc/filesystems")


graphdriver.register(Aufs.name, init)
