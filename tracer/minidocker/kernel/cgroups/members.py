"""The files that list members and move processes into a group."""

import errno

from tracer.minidocker.kernel.cgroups.group import Cgroup, parse_number
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import Process, running_process


def show_members(group: Cgroup) -> str:
    """List the members whom the reader can see, by the numbers of its pid namespace."""
    pids = running_process().namespaces.pid.pids
    return "".join(f"{pid}\n" for pid in sorted(pids) if pids[pid] in group.members)


def find_member(text: str) -> Process:
    """Find whom the writer names (0: itself) and may move: as root, or a process of its user.

    A process that has ended is found too: to move it does nothing.
    """
    writer, pid = running_process(), parse_number(text)
    process = writer.find(pid) if pid else writer
    if writer.uid not in (0, process.uid):
        raise KernelError(errno.EACCES)
    return process
