"""Memory, as far as groups count it: what a process maps is charged to its groups at once.

Over a limit, the member that has most is killed, until there is room; it may be the caller.
Not modelled: addresses, contents, files, sharing after a fork (a child starts with nothing).
"""

import errno

from tracer.minidocker.kernel import exit as ending
from tracer.minidocker.kernel.cgroups.group import PAGE, Cgroup
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import Exited, Process
from tracer.minidocker.kernel.signals import Signal

CHARGED = ("memory", "unified")  # the hierarchies that count memory


def mmap(caller: Process, length: int) -> None:
    """Take memory."""
    if length <= 0:
        raise KernelError(errno.EINVAL)
    amount = _whole_pages(length)
    groups = [caller.cgroups[each] for each in CHARGED if each in caller.cgroups]
    for group in groups:
        _make_room(caller, group, amount)
    for group in groups:
        caller.charges[group] = caller.charges.get(group, 0) + amount
        for each in group.lineage():
            memory = each.values.memory
            memory.usage += amount
            memory.most = max(memory.most, memory.usage)


def munmap(caller: Process, length: int) -> None:
    """Give memory back; more than there is does no harm."""
    if length <= 0:
        raise KernelError(errno.EINVAL)
    for group, charged in caller.charges.items():
        amount = min(charged, _whole_pages(length))
        caller.charges[group] -= amount
        for each in group.lineage():
            each.values.memory.usage -= amount


def _make_room(caller: Process, group: Cgroup, amount: int) -> None:
    while full := _find_full(group, amount):
        memory = full.values.memory
        memory.failures += 1
        memory.kills += 1
        victim = _find_victim(caller, full)
        ending.end(victim, -Signal.SIGKILL)
        if caller.status is not None:
            raise Exited(caller.status)


def _find_full(group: Cgroup, amount: int) -> Cgroup | None:
    for each in group.lineage():
        if each.values.memory.usage + amount > each.values.memory.limit:
            return each
    return None


def _find_victim(caller: Process, full: Cgroup) -> Process:
    members = [caller.system.processes[pid] for each in full.groups() for pid in each.members]
    return max(members, key=lambda each: (sum(each.charges.values()), each is caller, -each.pid))


def _whole_pages(length: int) -> int:
    return (length + PAGE - 1) // PAGE * PAGE
