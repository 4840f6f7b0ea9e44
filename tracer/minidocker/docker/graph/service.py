"""The jobs of images."""

from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker.docker.engine import Engine, Job
from tracer.minidocker.docker.graph.list import cmd_history, cmd_images
from tracer.minidocker.docker.graph.pull import cmd_pull
from tracer.minidocker.docker.graph.tags import TagStore
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/graph.TagStore).CmdTagLegacy")
async def cmd_tag(store: TagStore, job: Job) -> None:
    """Answer the job "tag": give an image a name, or take it from another if forced."""
    image, repository, tag = job.args
    await store.set(repository, tag, image, force=bool(job.env.get("force")))


JOBS: dict[str, Callable[[TagStore, Job], Awaitable[None]]] = {
    "history": cmd_history,
    "images": cmd_images,
    "pull": cmd_pull,
    "tag": cmd_tag,
}


@twin_of("(*github.com/docker/docker/graph.TagStore).Install")
def install(store: TagStore, engine: Engine) -> None:
    """Register every job."""
    for name, job in JOBS.items():
        engine.register(name, partial(job, store))
