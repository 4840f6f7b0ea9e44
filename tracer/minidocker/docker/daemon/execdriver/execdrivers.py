"""Choose the driver by the word that the daemon was given: `docker -d -e native`."""

from tracer.minidocker.docker.daemon.execdriver import native
from tracer.minidocker.docker.daemon.execdriver.native import NativeDriver
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/daemon/execdriver/execdrivers.NewDriver")
def new_driver(name: str, root: str, dockerinit: str) -> NativeDriver:
    """Make the driver."""
    if name == NativeDriver.NAME:
        return native.new_driver(f"{root}/execdriver", dockerinit)
    raise DockerError(f"unknown exec driver {name}")
