"""The images of this host: their descriptions on the disk, their layers with the driver."""

from contextlib import suppress

from tracer.minidocker import syscall
from tracer.minidocker.docker import image as images
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.image import Image, Store
from tracer.minidocker.docker.pkg.truncindex import TruncIndex
from tracer.minidocker.docker.runconfig import Config
from tracer.minidocker.golib import ioutil, time
from tracer.minidocker.golib.pipe import Reader
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.twin import twin_of

VERSION = "1.2.0"
DIRECTORY, FILE = "directory", "file"
INIT_LAYER = {  # what must be there to mount over; the last is where a link leads
    "/dev/pts": DIRECTORY,
    "/dev/shm": DIRECTORY,  # noqa: S108  # of the container
    "/proc": DIRECTORY,
    "/sys": DIRECTORY,
    "/.dockerinit": FILE,
    "/.dockerenv": FILE,
    "/etc/resolv.conf": FILE,
    "/etc/hosts": FILE,
    "/etc/hostname": FILE,
    "/dev/console": FILE,
    "/etc/mtab": "/proc/mounts",
}


class Graph(Store):
    """Images below a directory, one directory each."""

    def __init__(self, root: str, driver: Driver) -> None:
        self.root, self.driver = root, driver
        self.id_index = TruncIndex()

    @twin_of("(*github.com/docker/docker/graph.Graph).restore")
    def restore(self) -> None:
        """Find the images that are on the disk: those that the driver has a layer of."""
        ids = [id_ for id_ in syscall.getdents(self.root) if self.driver.exists(id_)]
        self.id_index = TruncIndex(ids)

    @twin_of("(*github.com/docker/docker/graph.Graph).Exists")
    async def exists(self, id_: str) -> bool:
        """Say whether an image is here; one that cannot be read is not."""
        try:
            await self.get(id_)
        except (DockerError, KernelError):
            return False
        return True

    @twin_of("(*github.com/docker/docker/graph.Graph).Get")
    async def get(self, name: str) -> Image:
        """Find an image by the beginning of its id; measure it if nobody has."""
        id_ = self.id_index.get(name)
        image = await images.load_image(self.image_root(id_))
        if image.id != id_:
            raise DockerError(f"Image stored at '{id_}' has wrong id '{image.id}'")
        image.set_graph(self)
        if image.size < 0:
            layer = await self.driver.get(id_)
            image.size = await images.measure_layer(image, self.driver, layer)
            image.save_size(self.image_root(id_))
            await self.driver.put(id_)
        return image

    @twin_of("(*github.com/docker/docker/graph.Graph).Create")
    async def create(
        self,
        layer: Reader | None,
        made_from: tuple[str, str],
        config: Config,
        container_config: Config,
        remarks: tuple[str, str],
    ) -> Image:
        """Make a new image: of which container and image, with which comment and author."""
        image = Image(
            generate_random_id(),
            container=made_from[0],
            parent=made_from[1],
            comment=remarks[0],
            author=remarks[1],
            config=config,
            container_config=container_config,
            created=time.written(time.now()),
            docker_version=VERSION,
            architecture="amd64",
            os="linux",
        )
        await self.register(None, layer, image)
        return image

    @twin_of("(*github.com/docker/docker/graph.Graph).Register")
    async def register(self, json_data: bytes | None, layer: Reader | None, image: Image) -> None:
        """Take an image in: all is prepared out of sight, and one rename makes it visible."""
        images.validate_id(image.id)
        if await self.exists(image.id):
            raise DockerError(f"Image {image.id} already exists")
        ioutil.remove_all(self.image_root(image.id))
        await self._forget(image.id)
        scratch = self._mktemp()
        try:
            await self.driver.create(image.id, image.parent)
            rootfs = await self.driver.get(image.id)
            try:
                image.set_graph(self)
                await images.store_image(image, json_data, layer, scratch, rootfs)
                syscall.rename(scratch, self.image_root(image.id))
                self.id_index.add(image.id)
            finally:
                await self.driver.put(image.id)
        except (DockerError, KernelError):
            await self._forget(image.id)
            raise
        finally:
            ioutil.remove_all(scratch)

    async def _forget(self, id_: str) -> None:
        """Have the driver remove what is left of a layer; mostly nothing is."""
        with suppress(KernelError):
            await self.driver.remove(id_)

    @twin_of("(*github.com/docker/docker/graph.Graph).Mktemp")
    def _mktemp(self) -> str:
        """Make a directory on the file system of the images, as rename needs."""
        place = f"{self.root}/_tmp/{generate_random_id()}"
        ioutil.make_directories(place)
        return place

    @twin_of("(*github.com/docker/docker/graph.Graph).Delete")
    async def delete(self, name: str) -> None:
        """Remove an image: out of sight first, then the layer, then the description."""
        id_ = self.id_index.get(name)
        scratch = self._mktemp()
        self.id_index.delete(id_)
        syscall.rename(self.image_root(id_), f"{scratch}/{id_}")
        await self.driver.remove(id_)
        ioutil.remove_all(scratch)

    @twin_of("(*github.com/docker/docker/graph.Graph).Map")
    async def map(self) -> dict[str, Image]:
        """Read all images."""
        ids = [id_ for id_ in syscall.getdents(self.root) if id_ in self.id_index.ids]
        return {id_: await self.get(id_) for id_ in ids}

    async def by_parent(self) -> dict[str, list[Image]]:
        """List the images that lie directly on each."""
        found: dict[str, list[Image]] = {}
        for image in (await self.map()).values():
            if image.parent:
                found.setdefault(image.parent, []).append(image)
        return found

    def image_root(self, id_: str) -> str:
        """Return the directory of an image's description."""
        return f"{self.root}/{id_}"

    @twin_of("(*github.com/docker/docker/graph.Graph).IsNotExist")
    def is_not_exist(self, error: Exception) -> bool:
        """Tell a missing image from a damaged one."""
        return isinstance(error, NotFoundError)


@twin_of("github.com/docker/docker/graph.NewGraph")
def new_graph(root: str, driver: Driver) -> Graph:
    """Open the images below a directory."""
    ioutil.make_directories(root)
    graph = Graph(root, driver)
    graph.restore()
    return graph


@twin_of("github.com/docker/docker/graph.SetupInitLayer")
def setup_init_layer(layer: str) -> None:
    """Make places to mount over; links of the image on the way could lead to the host's files."""
    for path, kind in INIT_LAYER.items():
        place = layer
        for name in path.strip("/").split("/"):
            place = f"{place}/{name}"
            _unlink(place)
        if ioutil.exists(place):
            continue
        ioutil.make_directories(place.rpartition("/")[0])
        if kind == DIRECTORY:
            ioutil.make_directories(place)
        elif kind == FILE:
            syscall.close(syscall.open_(place, Open.O_WRONLY | Open.O_CREAT, 0o755))
        else:
            syscall.symlink(kind, place)


def _unlink(path: str) -> None:
    try:
        syscall.unlink(path)
    except KernelError:
        return  # a directory, or nothing


@twin_of("github.com/docker/docker/utils.GenerateRandomID")
def generate_random_id() -> str:
    """Draw an id that nobody else has."""
    return syscall.getrandom(32).hex()


def truncate_id(id_: str) -> str:
    """Return what people are shown of an id."""
    return id_[:12]
