"""A store of layers with descriptions on the disk: the volumes of this host lie in one."""

from tracer.minidocker import syscall
from tracer.minidocker.docker import image as images
from tracer.minidocker.docker.daemon.graphdriver.driver import Driver
from tracer.minidocker.docker.image import Image
from tracer.minidocker.docker.runconfig import Config
from tracer.minidocker.golib import ioutil, time
from tracer.minidocker.twin import twin_of


class Graph:
    """Images below a directory, one directory each."""

    def __init__(self, root: str, driver: Driver) -> None:
        self.root, self.driver = root, driver

    @twin_of("(*github.com/docker/docker/graph.Graph).Create")
    async def create(
        self,
        layer: None,
        made_from: tuple[str, str],
        config: Config,
        container_config: Config,
        remarks: tuple[str, str],
    ) -> Image:
        """Make a new image: of which container and image, with which comment and author."""
        del config, container_config
        image = Image(
            generate_random_id(),
            container=made_from[0],
            parent=made_from[1],
            comment=remarks[0],
            author=remarks[1],
            created=time.written(time.now()),
        )
        await self.register(None, layer, image)
        return image

    @twin_of("(*github.com/docker/docker/graph.Graph).Register")
    async def register(self, json_data: bytes | None, layer: None, image: Image) -> None:
        """Take an image in: all is prepared out of sight, and one rename makes it visible."""
        scratch = self._mktemp()
        await self.driver.create(image.id, image.parent)
        rootfs = await self.driver.get(image.id)
        await images.store_image(image, json_data, layer, scratch, rootfs)
        syscall.rename(scratch, f"{self.root}/{image.id}")
        await self.driver.put(image.id)

    @twin_of("(*github.com/docker/docker/graph.Graph).Mktemp")
    def _mktemp(self) -> str:
        """Make a directory on the file system of the images, as rename needs."""
        place = f"{self.root}/_tmp/{generate_random_id()}"
        ioutil.make_directories(place)
        return place

    @twin_of("(*github.com/docker/docker/graph.Graph).Delete")
    async def delete(self, name: str) -> None:
        """Remove an image: out of sight first, then the layer, then the description."""
        scratch = self._mktemp()
        syscall.rename(f"{self.root}/{name}", f"{scratch}/{name}")
        await self.driver.remove(name)
        ioutil.remove_all(scratch)


@twin_of("github.com/docker/docker/graph.NewGraph")
def new_graph(root: str, driver: Driver) -> Graph:
    """Open the images below a directory."""
    ioutil.make_directories(root)
    return Graph(root, driver)


@twin_of("github.com/docker/docker/utils.GenerateRandomID")
def generate_random_id() -> str:
    """Draw an id that nobody else has."""
    return syscall.getrandom(32).hex()
