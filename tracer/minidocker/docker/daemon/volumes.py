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
def setup_mounts_for_container(container: Container) -> None:
    """List what is mounted over the image's files: the daemon's three files and the volumes."""
    files = {
        "/etc/resolv.conf": container.resolv_conf_path,
        "/etc/hostname": container.hostname_path,
        "/etc/hosts": container.hosts_path,
    }
    own = [BindMount(path, inside, private=True) for inside, path in files.items() if path]
    volumes = [BindMount(path, inside) for inside, path in sorted(container.volumes.items())]
    if container.command:
        container.command.mounts = [*own, *volumes]
