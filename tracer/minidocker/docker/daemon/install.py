"""Offer the daemon's jobs under their names: how the HTTP side reaches them."""

from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker.docker.daemon.attach import container_attach
from tracer.minidocker.docker.daemon.changes import container_changes
from tracer.minidocker.docker.daemon.commit import container_commit
from tracer.minidocker.docker.daemon.create import container_create
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.daemon.delete import container_destroy
from tracer.minidocker.docker.daemon.image_delete import image_delete
from tracer.minidocker.docker.daemon.info import cmd_info
from tracer.minidocker.docker.daemon.inspect import container_inspect
from tracer.minidocker.docker.daemon.kill import container_kill
from tracer.minidocker.docker.daemon.list import containers
from tracer.minidocker.docker.daemon.logs import container_logs
from tracer.minidocker.docker.daemon.pause import container_pause, container_unpause
from tracer.minidocker.docker.daemon.restart import container_restart
from tracer.minidocker.docker.daemon.start import container_start
from tracer.minidocker.docker.daemon.stop import container_stop
from tracer.minidocker.docker.daemon.top import container_top
from tracer.minidocker.docker.daemon.wait import container_wait
from tracer.minidocker.docker.engine import Engine, Job
from tracer.minidocker.docker.graph import service
from tracer.minidocker.twin import twin_of

JOBS: dict[str, Callable[[Daemon, Job], Awaitable[None]]] = {
    "attach": container_attach,
    "commit": container_commit,
    "container_changes": container_changes,
    "container_inspect": container_inspect,
    "containers": containers,
    "create": container_create,
    "delete": container_destroy,
    "image_delete": image_delete,
    "info": cmd_info,
    "kill": container_kill,
    "logs": container_logs,
    "pause": container_pause,
    "restart": container_restart,
    "start": container_start,
    "stop": container_stop,
    "top": container_top,
    "unpause": container_unpause,
    "wait": container_wait,
}


@twin_of("(*github.com/docker/docker/daemon.Daemon).Install")
def install(daemon: Daemon, engine: Engine) -> None:
    """Register every job, those of images too."""
    for name, job in JOBS.items():
        engine.register(name, partial(job, daemon))
    service.install(daemon.repositories, engine)
