"""List images: `docker images` and `docker history`."""

import json
from fnmatch import fnmatch
from typing import Any

from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.graph.tags import TagStore
from tracer.minidocker.docker.image import Image
from tracer.minidocker.twin import twin_of

NAMELESS = "<none>:<none>"


@twin_of("(*github.com/docker/docker/graph.TagStore).CmdImages")
async def cmd_images(store: TagStore, job: Job) -> None:
    """Answer the job "images": those with a name, those nobody builds upon, or all."""
    stored = await store.graph.map()
    below = {image.parent for image in stored.values()}
    wanted = job.env.get("filter", "")
    found = []
    for id_, image in stored.items():
        own = [
            f"{name}:{tag}"
            for name, tags in sorted(store.repositories.items())
            for tag in sorted(tags)
            if tags[tag] == id_
        ]
        shown = [each for each in own if not wanted or fnmatch(each.rpartition(":")[0], wanted)]
        hidden = own or wanted or (id_ in below and not job.env.get("all"))
        if shown or not hidden:
            found.append(await _row(image, shown or [NAMELESS]))
    found.sort(key=lambda row: row["Created"], reverse=True)
    job.output.append(json.dumps(found))


async def cmd_history(store: TagStore, job: Job) -> None:
    """Answer the job "history": an image and all below it."""
    image = await store.lookup_image(job.args[0])
    names = store.by_id()
    found = [
        {
            "Id": each.id,
            "Created": each.created,
            "CreatedBy": " ".join(each.container_config.cmd),
            "Size": each.size,
            "Tags": names.get(each.id, []),
        }
        for each in await image.history()
    ]
    job.output.append(json.dumps(found))


async def _row(image: Image, names: list[str]) -> dict[str, Any]:
    return {
        "RepoTags": names,
        "ParentId": image.parent,
        "Id": image.id,
        "Created": image.created,
        "Size": image.size,
        "VirtualSize": await image.get_parents_size(image.size),
    }
