"""Which tree of groups a mount shows: chosen by controllers (version 1), or the only one."""

import errno

from tracer.minidocker.kernel.cgroups.group import Cgroup
from tracer.minidocker.kernel.cgroups.v1 import HIERARCHIES
from tracer.minidocker.kernel.cgroups.v2 import UNIFIED
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import System


def find(system: System, kind: str, options: str) -> Cgroup:
    """Return the topmost group that `mount -t kind -o options` shows.

    Controllers are asked for together as they were put together, or one of them by its name;
    EINVAL for no controller, EBUSY for a combination that another hierarchy has parts of.
    """
    if kind == "cgroup2":
        return system.hierarchies[UNIFIED]
    asked = {*options.split(",")} - {"", "rw", "nosuid", "nodev", "noexec", "relatime"}
    for name, controllers in HIERARCHIES.items():
        if asked and asked <= {*controllers.split(",")}:
            return system.hierarchies[name]
    known = {each for controllers in HIERARCHIES.values() for each in controllers.split(",")}
    raise KernelError(errno.EBUSY if asked and asked <= known else errno.EINVAL)
