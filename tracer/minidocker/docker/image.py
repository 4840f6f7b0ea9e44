"""An image: one layer, and what is written down of it."""

from dataclasses import asdict, dataclass

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@dataclass
class Image:
    """One image."""

    id: str
    parent: str = ""
    comment: str = ""
    created: str = ""
    container: str = ""  # that it was made from
    author: str = ""


@twin_of("github.com/docker/docker/image.StoreImage")
async def store_image(
    image: Image, json_data: bytes | None, layer_data: None, root: str, layer: str
) -> None:
    """Describe the layer below `root`."""
    del json_data, layer_data
    ioutil.make_directories(layer)
    ioutil.write_file(f"{root}/layersize", "0")
    ioutil.write_json(f"{root}/json", asdict(image))
