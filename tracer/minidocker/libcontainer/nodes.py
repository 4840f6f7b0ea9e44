"""Make the devices of a container: the fresh /dev has none."""

import errno
import posixpath
from collections.abc import Sequence

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.libcontainer.devices import Device
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/libcontainer/mount/nodes.CreateDeviceNodes")
def create_device_nodes(rootfs: str, devices: Sequence[Device]) -> None:
    """Make one node after the other."""
    for device in devices:
        _create_device_node(rootfs, device)


@twin_of("github.com/docker/libcontainer/mount/nodes.CreateDeviceNode")
def _create_device_node(rootfs: str, device: Device) -> None:
    """Make a node with the number that it has on the host; one that is there stays."""
    path = rootfs + device.path
    ioutil.make_directories(posixpath.dirname(path))
    try:
        syscall.mknod(path, device.number, device.mode)
    except KernelError as error:
        if error.errno != errno.EEXIST:
            raise
