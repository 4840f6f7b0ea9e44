"""Directories of the host that are to be seen inside a container."""

from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.golib import ioutil
from tracer.minidocker.libcontainer.config import BindMount
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/daemon.prepareVolumesForContainer")
def prepare_volumes_for_container(container: Container) -> None:
    """Note each bind, and make the place inside that it will be mounted on."""
    for bind in container.host_config.binds:
        source, destination, *_ = bind.split(":")
        container.volumes[destination] = source
        ioutil.make_directories(container.basefs + destination)


@twin_of("github.com/docker/docker/daemon.setupMountsForContainer")
def setup_mounts_for_container(container: Container) -> list[BindMount]:
    """List what is mounted over the image's files: the daemon's three files and the volumes."""
    files = ("resolv.conf", "hostname", "hosts")
    return [
        *(BindMount(f"{container.directory}/{name}", f"/etc/{name}") for name in files),
        *(BindMount(source, inside) for inside, source in sorted(container.volumes.items())),
    ]
