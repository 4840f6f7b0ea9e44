"""Offer the daemon's jobs under their names: how the HTTP side reaches them."""

from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker.docker.daemon.attach import container_attach
from tracer.minidocker.docker.daemon.changes import container_changes
from tracer.minidocker.docker.daemon.commit import container_commit
from tracer.minidocker.docker.daemon.create import container_create
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.image_delete import image_delete
from tracer.minidocker.docker.daemon.info import cmd_info
from tracer.minidocker.docker.daemon.start import container_start
from tracer.minidocker.docker.daemon.wait import container_wait
from tracer.minidocker.docker.engine import Engine, Job
from tracer.minidocker.docker.graph import service
from tracer.minidocker.twin import twin_of

JOBS: dict[str, Callable[[Daemon, Job], Awaitable[None]]] = {
    "attach": container_attach,
    "commit": container_commit,
    "container_changes": container_changes,
    "create": container_create,
    "image_delete": image_delete,
    "info": cmd_info,
    "start": container_start,
    "wait": container_wait,
}


@twin_of("(*github.com/docker/docker/daemon.Daemon).Install")
def install(daemon: Daemon, engine: Engine) -> None:
    """Register every job, those of images too."""
    for name, job in JOBS.items():
        engine.register(name, partial(job, daemon))
    service.install(daemon.repositories, engine)
