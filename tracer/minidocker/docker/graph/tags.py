"""Images by name: a repository and a tag lead to the id of the topmost layer."""

import json
from dataclasses import dataclass
from typing import Any

from tracer.minidocker.docker.errors import NotFoundError
from tracer.minidocker.docker.runconfig import Config
from tracer.minidocker.golib import encoding, ioutil
from tracer.minidocker.twin import twin_of

ROOT = "/var/lib/docker"


@dataclass(frozen=True)
class Image:
    """One image: its id and what its containers start with where the user says nothing."""

    id: str
    config: Config


class TagStore:
    """The names of the images on this host."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    @classmethod
    async def load(cls) -> "TagStore":
        """Read the names from the disk."""
        return cls(json.loads(await ioutil.read_file(f"{ROOT}/repositories-aufs")))

    @twin_of("(*github.com/docker/docker/graph.TagStore).LookupImage")
    async def lookup_image(self, name: str) -> Image:
        """Find an image that is on this host; if it is not, the client must ask for a pull."""
        full_name = name if ":" in name else f"{name}:latest"
        if full_name not in self.names:
            raise NotFoundError(f"No such image: {full_name}")
        id_ = self.names[full_name]
        found: dict[str, Any] = json.loads(await ioutil.read_file(f"{ROOT}/graph/{id_}/json"))
        return Image(id_, encoding.unmarshal(Config, found.get("config") or {}))
