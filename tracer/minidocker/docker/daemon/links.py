"""Links between containers are names below names: /web/db is whom web knows as db."""

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.pkg import parsers
from tracer.minidocker.docker.runconfig import HostConfig
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).RegisterLinks")
def register_links(daemon: Daemon, container: Container, host_config: HostConfig) -> None:
    """Note each link by the names; whom it leads to must exist, but need not run yet."""
    for link in host_config.links:
        parts = parsers.part_parser("name:alias", link)
        child = daemon.get_by_name(parts["name"])
        _register_link(daemon, container, child, parts["alias"])
    if host_config.links:
        container.write_host_config()


@twin_of("(*github.com/docker/docker/daemon.Daemon).RegisterLink")
def _register_link(daemon: Daemon, parent: Container, child: Container, alias: str) -> None:
    """Give the child one more name, below that of the parent."""
    full_name = f"/{parent.name}/{alias}"
    if not daemon.names.exists(full_name):
        daemon.names.set(full_name, child.id)
