"""Remove images: names first, then what no name and no other image needs."""

import json

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.graph.tags import DEFAULT_TAG
from tracer.minidocker.docker.image import Image
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag


async def image_delete(daemon: Daemon, job: Job) -> None:
    """Answer the job "image_delete" with what was untagged and deleted."""
    done: list[dict[str, str]] = []
    force = bool(job.env.get("force"))
    prune = not job.env.get("noprune")
    await _delete_image(daemon, job.args[0], done, force=force, prune=prune)
    if not done:
        raise DockerError(f"Conflict, {job.args[0]} wasn't deleted")
    job.output.append(json.dumps(done))


async def _delete_image(
    daemon: Daemon, name: str, done: list[dict[str, str]], *, force: bool, prune: bool
) -> None:
    """Untag, and delete the image with its last name, and those below that had none."""
    image, untagged = await _lookup(daemon, name), ""
    for each in _names_to_go(daemon, image, name, force=force):
        await daemon.repositories.delete(*parse_repository_tag(each))
        done.append({"Untagged": each})
        untagged = " (docker untagged the image)"
        await daemon.engine.job("log", "untag", image.id, "").run()
    while not daemon.repositories.by_id().get(image.id):
        if (await daemon.graph.by_parent()).get(image.id):
            return
        await _refuse_if_used(daemon, image, untagged, force=force)
        below = await image.get_parent()
        await daemon.graph.delete(image.id)
        done.append({"Deleted": image.id})
        await daemon.engine.job("log", "delete", image.id, "").run()
        if below is None or not prune:
            return
        image = below


async def _lookup(daemon: Daemon, name: str) -> Image:
    try:
        return await daemon.repositories.lookup_image(name)
    except NotFoundError:
        raise NotFoundError(f"No such image: {name}") from None


def _names_to_go(daemon: Daemon, image: Image, name: str, *, force: bool) -> list[str]:
    """An id stands for all names of its image, if these are of one repository."""
    if not image.id.startswith(name):
        repository, tag = parse_repository_tag(name)
        return [f"{repository}:{tag or DEFAULT_TAG}"]
    names = daemon.repositories.by_id().get(image.id, [])
    if len({parse_repository_tag(each)[0] for each in names}) > 1 and not force:
        raise DockerError(
            f"Conflict, cannot delete image {name} because it is tagged in multiple "
            "repositories, use -f to force"
        )
    return names


async def _refuse_if_used(daemon: Daemon, image: Image, untagged: str, *, force: bool) -> None:
    """Keep what a container stands on; with force, only what a running one does."""
    for container in daemon.containers.values():
        if not await _stands_on(daemon, container, image):
            continue
        if container.state.running:
            raise DockerError(
                f"Conflict, cannot delete {image.id[:12]} because the running container "
                f"{container.id[:12]} is using it{untagged}, stop it and use -f to force"
            )
        if not force:
            raise DockerError(
                f"Conflict, cannot delete {image.id[:12]} because the container "
                f"{container.id[:12]} is using it{untagged}, use -f to force"
            )


async def _stands_on(daemon: Daemon, container: Container, image: Image) -> bool:
    """Say whether a container needs an image; its own may have been deleted by force."""
    if not await daemon.graph.exists(container.image):
        return False
    below = await (await daemon.graph.get(container.image)).history()
    return image.id in (each.id for each in below)
