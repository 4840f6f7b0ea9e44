"""The jobs of images."""

from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker.docker.engine import Engine, Env, Job
from tracer.minidocker.docker.errors import NotFoundError
from tracer.minidocker.docker.graph.list import cmd_history, cmd_images
from tracer.minidocker.docker.graph.pull import cmd_pull
from tracer.minidocker.docker.graph.tags import TagStore
from tracer.minidocker.golib import encoding
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/graph.TagStore).CmdTagLegacy")
async def cmd_tag(store: TagStore, job: Job) -> None:
    """Answer the job "tag": give an image a name, or take it from another if forced."""
    image, repository, tag = job.args
    await store.set(repository, tag, image, force=bool(job.env.get("force")))


async def cmd_lookup(store: TagStore, job: Job) -> None:
    """Answer the job "image_inspect": what is known of one image."""
    try:
        image = await store.lookup_image(job.args[0])
    except NotFoundError:
        raise NotFoundError(f"No such image: {job.args[0]}") from None
    known = Env(Id=image.id, Parent=image.parent, Os=image.os, Architecture=image.architecture)
    known.update(Comment=image.comment, Author=image.author, Created=image.created)
    known.update(DockerVersion=image.docker_version, Config=encoding.marshal(image.config))
    known["ContainerConfig"] = encoding.marshal(image.container_config)
    known.update(Size=image.size, VirtualSize=await image.get_parents_size(0) + image.size)
    known.write_to(job.output)


JOBS: dict[str, Callable[[TagStore, Job], Awaitable[None]]] = {
    "history": cmd_history,
    "image_inspect": cmd_lookup,
    "images": cmd_images,
    "pull": cmd_pull,
    "tag": cmd_tag,
}


@twin_of("(*github.com/docker/docker/graph.TagStore).Install")
def install(store: TagStore, engine: Engine) -> None:
    """Register every job."""
    for name, job in JOBS.items():
        engine.register(name, partial(job, store))
