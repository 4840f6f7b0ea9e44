"""Choose the driver by the word that the daemon was given: `docker -d -e lxc`."""

from tracer.minidocker.docker.daemon.execdriver.driver import Driver
from tracer.minidocker.docker.daemon.execdriver.lxc import LxcDriver
from tracer.minidocker.docker.daemon.execdriver.native import NativeDriver, new_native_driver
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/daemon/execdriver/execdrivers.NewDriver")
def new_driver(name: str, root: str, dockerinit: str) -> Driver:
    """Make the driver; lxc's keeps its files beside those of each container."""
    if name == LxcDriver.NAME:
        return LxcDriver(root, dockerinit)
    if name == NativeDriver.NAME:
        return new_native_driver(f"{root}/execdriver", dockerinit)
    raise DockerError(f"unknown exec driver {name}")
