"""An image: one layer, what containers made from it start with, and which image is below."""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from tracer.minidocker.docker.archive.changes import changes_dirs, changes_size
from tracer.minidocker.docker.archive.diff import apply_layer
from tracer.minidocker.docker.daemon.graphdriver.driver import Differ, Driver
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.runconfig import Config
from tracer.minidocker.golib import encoding, ioutil
from tracer.minidocker.golib.pipe import Reader
from tracer.minidocker.twin import twin_of

MAX_DEPTH = 127  # branches that most kernels with aufs can join
CONFIGS = ("config", "container_config")


class Store(ABC):
    """Where an image is kept: it finds the image below."""

    driver: Driver

    @abstractmethod
    async def get(self, name: str) -> "Image":
        """Find an image by the beginning of its id."""


@dataclass
class Image:
    """One image."""

    id: str
    parent: str = ""
    comment: str = ""
    created: str = ""
    container: str = ""  # that it was made from
    container_config: Config = field(default_factory=lambda: Config(""))
    docker_version: str = ""
    author: str = ""
    config: Config = field(default_factory=lambda: Config(""))
    architecture: str = ""
    os: str = ""
    size: int = 0  # of its own layer; -1 if nobody has measured it
    graph: Store | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what goes into the file `json`."""
        known = {name: value for name, value in vars(self).items() if name not in ("graph", "size")}
        configs = {name: encoding.marshal(known[name]) for name in CONFIGS}
        return {**known, **configs, "Size": self.size}

    @twin_of("(*github.com/docker/docker/image.Image).SetGraph")
    def set_graph(self, graph: Store) -> None:
        """Know where it is kept."""
        self.graph = graph

    @twin_of("(*github.com/docker/docker/image.Image).SaveSize")
    def save_size(self, root: str) -> None:
        """Write the size down, as measuring takes long."""
        ioutil.write_file(f"{root}/layersize", str(self.size), mode=0o600)

    @twin_of("(*github.com/docker/docker/image.Image).GetParent")
    async def get_parent(self) -> "Image | None":
        """Find the image below; a lowest one has none."""
        if not self.parent:
            return None
        if self.graph is None:
            raise DockerError("Can't lookup parent of unregistered image")
        return await self.graph.get(self.parent)

    @twin_of("(*github.com/docker/docker/image.Image).GetParentsSize")
    async def get_parents_size(self, size: int) -> int:
        """Add the layers below to a size."""
        below = await self.get_parent()
        while below is not None:
            size += below.size
            below = await below.get_parent()
        return size

    @twin_of("(*github.com/docker/docker/image.Image).Depth")
    async def depth(self) -> int:
        """Count the layers down to the lowest."""
        return len(await self.history())

    @twin_of("(*github.com/docker/docker/image.Image).CheckDepth")
    async def check_depth(self) -> None:
        """Leave room for the two layers that a container adds."""
        if await self.depth() + 2 >= MAX_DEPTH:
            raise DockerError(f"Cannot create container with more than {MAX_DEPTH} parents")

    async def history(self) -> "list[Image]":
        """List the image and all below it."""
        found: list[Image] = []
        below: Image | None = self
        while below is not None:
            found.append(below)
            below = await below.get_parent()
        return found


@twin_of("github.com/docker/docker/image.NewImgJSON")
def new_img_json(text: bytes | str) -> Image:
    """Read the description of an image that a registry has sent."""
    return _decode(text)


def _decode(text: bytes | str) -> Image:
    known = json.loads(text)
    names = (name for name in vars(Image("")) if name not in ("graph", "size", *CONFIGS))
    image = Image(**{name: known.get(name, "") for name in names}, size=known.get("Size", 0))
    for name in CONFIGS:
        setattr(image, name, encoding.unmarshal(Config, {"Image": "", **(known.get(name) or {})}))
    return image


@twin_of("github.com/docker/docker/image.LoadImage")
async def load_image(root: str) -> Image:
    """Read an image's two files; the layer itself is the driver's."""
    image = _decode(await ioutil.read_file(f"{root}/json"))
    validate_id(image.id)
    image.size = -1
    if ioutil.exists(f"{root}/layersize"):
        image.size = int(await ioutil.read_file(f"{root}/layersize"))
    return image


@twin_of("github.com/docker/docker/image.StoreImage")
async def store_image(
    image: Image, json_data: bytes | None, layer_data: Reader | None, root: str, layer: str
) -> None:
    """Unpack the layer where the driver wants it, and describe it below `root`."""
    if image.graph is None:
        raise DockerError(f"image {image.id} belongs to no graph")
    driver = image.graph.driver
    ioutil.make_directories(layer)
    image.size = 0
    if layer_data is not None and isinstance(driver, Differ):
        await driver.apply_diff(image.id, layer_data)
        image.size = await driver.diff_size(image.id)
    elif layer_data is not None:
        await apply_layer(layer, layer_data)
        image.size = await measure_layer(image, driver, layer)
    image.save_size(root)
    described = json_data or json.dumps(image.as_dict(), sort_keys=True)
    ioutil.write_file(f"{root}/json", described, mode=0o600)


async def measure_layer(image: Image, driver: Driver, layer: str) -> int:
    """Count the bytes that an image adds to the one below it."""
    if not image.parent:
        return ioutil.tree_size(layer)
    below = await driver.get(image.parent)
    try:
        return changes_size(layer, await changes_dirs(layer, below))
    finally:
        await driver.put(image.parent)


def validate_id(id_: str) -> None:
    """Refuse what cannot be an id."""
    if not id_ or ":" in id_:
        raise DockerError(f"Invalid image id: '{id_}'")
