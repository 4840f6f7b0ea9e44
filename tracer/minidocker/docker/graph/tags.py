"""Images by name: a repository and a tag lead to the id of the topmost layer."""

import json
from typing import Any

from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.graph.graph import Graph, truncate_id
from tracer.minidocker.docker.image import Image
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag
from tracer.minidocker.golib import ioutil
from tracer.minidocker.golib.goroutine import Lock
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

DEFAULT_TAG = "latest"
Repository = dict[str, str]  # tag -> id


class TagStore:
    """The names of the images on this host; the file is the truth, and is read anew each time."""

    def __init__(self, path: str, graph: Graph) -> None:
        self.path, self.graph = path, graph
        self.repositories: dict[str, Repository] = {}
        self.lock = Lock()
        self.pulling: dict[str, Wait] = {}  # what is being transferred

    def describe(self) -> dict[str, Any]:
        """Give what is known of images as plain values."""
        named = {
            name: {tag: truncate_id(id_) for tag, id_ in sorted(tags.items())}
            for name, tags in sorted(self.repositories.items())
        }
        ids = sorted(map(truncate_id, self.graph.id_index.ids))
        pulling = [key.replace(key[-64:], truncate_id(key[-64:])) for key in sorted(self.pulling)]
        return {"names": named, "ids": ids, "pulling": pulling}

    @twin_of("(*github.com/docker/docker/graph.TagStore).save")
    def save(self) -> None:
        """Write the whole table; the caller holds the lock."""
        ioutil.write_json(self.path, {"Repositories": self.repositories})

    @twin_of("(*github.com/docker/docker/graph.TagStore).reload")
    async def reload(self) -> None:
        """Read the whole table; the caller holds the lock."""
        self.repositories = json.loads(await ioutil.read_file(self.path))["Repositories"]

    @twin_of("(*github.com/docker/docker/graph.TagStore).LookupImage")
    async def lookup_image(self, name: str) -> Image:
        """Find what a user means: a name with or without tag, or else the beginning of an id."""
        repository, tag = parse_repository_tag(name)
        found = await self.get_image(repository, tag or DEFAULT_TAG)
        return found or await self.graph.get(name)

    @twin_of("(*github.com/docker/docker/graph.TagStore).GetImage")
    async def get_image(self, repository: str, tag_or_id: str) -> Image | None:
        """Find an image of a repository by its tag or by the beginning of its id."""
        tags = await self.get(repository)
        async with self.lock:
            for id_ in (tags.get(tag_or_id, ""), *tags.values()):
                if id_ and (id_ == tags.get(tag_or_id) or id_.startswith(tag_or_id)):
                    return await self.graph.get(id_)
            return None

    @twin_of("(*github.com/docker/docker/graph.TagStore).Get")
    async def get(self, repository: str) -> Repository:
        """Return the tags of a repository; one that is not here has none."""
        async with self.lock:
            await self.reload()
            return self.repositories.get(repository, {})

    @twin_of("(*github.com/docker/docker/graph.TagStore).ByID")
    def by_id(self) -> dict[str, list[str]]:
        """Turn the table round: all names of each image."""
        found: dict[str, list[str]] = {}
        for name, tags in sorted(self.repositories.items()):
            for tag, id_ in sorted(tags.items()):
                found.setdefault(id_, []).append(f"{name}:{tag}")
        return found

    @twin_of("(*github.com/docker/docker/graph.TagStore).ImageName")
    def image_name(self, id_: str) -> str:
        """Return a name for people."""
        return self.by_id().get(id_, [truncate_id(id_)])[0]

    @twin_of("(*github.com/docker/docker/graph.TagStore).Set")
    async def set(self, repository: str, tag: str, image_name: str, *, force: bool) -> None:
        """Point a tag at an image; it may have pointed at another before."""
        image = await self.lookup_image(image_name)
        tag = tag or DEFAULT_TAG
        if not repository:
            raise DockerError("Repository name can't be empty")
        if "/" in tag or ":" in tag:
            raise DockerError(f"Illegal tag name: {tag}")
        async with self.lock:
            await self.reload()
            tags = self.repositories.setdefault(repository, {})
            if not force and tags.get(tag, image.id) != image.id:
                raise DockerError(f"Conflict: Tag {repository}:{tag} is already set")
            tags[tag] = image.id
            self.save()

    async def delete(self, repository: str, tag: str) -> None:
        """Take a tag away, and the repository with its last tag."""
        async with self.lock:
            await self.reload()
            tags = self.repositories.get(repository)
            if tags is None or tag not in tags:
                raise NotFoundError(f"No such tag: {repository}:{tag}")
            del tags[tag]
            if not tags:
                del self.repositories[repository]
            self.save()

    @twin_of("(*github.com/docker/docker/graph.TagStore).poolAdd")
    def pool_add(self, kind: str, key: str) -> Wait | None:
        """Claim a transfer; if somebody has it already, return what ends when they are done."""
        if key in self.pulling:
            return self.pulling[key]
        if kind != "pull":
            raise DockerError("Unknown pool type")
        self.pulling[key] = Wait()
        return None

    @twin_of("(*github.com/docker/docker/graph.TagStore).poolRemove")
    def pool_remove(self, kind: str, key: str) -> None:
        """End a transfer, and wake whoever waits for it."""
        if kind != "pull":
            raise DockerError("Unknown pool type")
        if key in self.pulling:
            self.pulling.pop(key).close()


@twin_of("github.com/docker/docker/graph.NewTagStore")
async def new_tag_store(path: str, graph: Graph) -> TagStore:
    """Read the names from the disk; the first time, write an empty table."""
    store = TagStore(path, graph)
    if ioutil.exists(path):
        await store.reload()
    else:
        store.save()
    return store
