"""Processes: how they are made, replaced, ended and waited for, and who they are.

A process has one thread per coroutine. Its program ends by raising `Exited`, or `Replaced` when it
has asked for another program; both unwind the coroutine: nothing of the old program is left then.
"""

import errno
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from tracer.minidocker.kernel import permissions
from tracer.minidocker.kernel.cgroups import Cgroup
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Descriptor, OpenFile
from tracer.minidocker.kernel.lookup import Place, Walk
from tracer.minidocker.kernel.mounts import Location
from tracer.minidocker.kernel.namespaces import Clone, Namespaces, PidNamespace
from tracer.minidocker.kernel.propagation import close_namespace
from tracer.minidocker.kernel.scheduler import Scheduler, Task, Wait, current_task

Program = Callable[[list[str], dict[str, str]], Coroutine[Any, Any, None]]
Entry = Callable[[], Awaitable[None]]

CAPABILITIES = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_ADMIN"),
        *("NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN"),
        *("SYS_CHROOT", "SYS_MODULE", "SYS_PTRACE", "SYS_TIME"),
    }
)


class Exited(BaseException):
    """Unwind a program that has ended."""

    def __init__(self, status: int) -> None:
        self.status = status


class Replaced(BaseException):
    """Unwind a program that another one takes the place of."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry


@dataclass(eq=False)
class System:
    """What all processes share."""

    seed: str
    scheduler: Scheduler = field(default_factory=Scheduler)
    programs: dict[bytes, Program] = field(
        default_factory=dict
    )  # content of an executable -> what it does
    processes: dict[int, "Process"] = field(default_factory=dict)  # by pid in the first namespace
    hierarchies: dict[str, Cgroup] = field(default_factory=dict)  # subsystem -> topmost group
    numbers: "count[int]" = field(default_factory=lambda: count(1))  # of namespaces
    entropy: "count[int]" = field(default_factory=count)

    def random(self, length: int) -> bytes:
        """Return bytes that nobody can foresee without the seed."""
        return hashlib.sha256(f"{self.seed}/{next(self.entropy)}".encode()).digest()[:length]

    def move(self, pid: int, group: Cgroup) -> None:
        """Put a process into another group of the same hierarchy."""
        process = self.processes.get(pid)
        if process is None:
            raise KernelError(errno.ESRCH)
        process.leave_group(group.subsystem)
        process.cgroups[group.subsystem] = group
        group.members.append(pid)


@dataclass(eq=False)
class Process:
    """One process and all it owns."""

    system: System
    namespaces: Namespaces
    argv: list[str]
    parent: "Process | None" = None
    env: dict[str, str] = field(default_factory=dict)
    numbers: dict[PidNamespace, int] = field(default_factory=dict)  # its pid in each namespace
    descriptors: dict[int, Descriptor] = field(default_factory=dict)
    cwd: Location = field(init=False)
    root: Location = field(init=False)
    uid: int = 0
    gid: int = 0
    groups: tuple[int, ...] = ()
    capabilities: frozenset[str] = CAPABILITIES  # what it may do now
    bounding: frozenset[str] = CAPABILITIES  # what an execve can give it at most
    keep_capabilities: bool = False  # across setuid
    cgroups: dict[str, Cgroup] = field(default_factory=dict)
    threads: list["Thread"] = field(default_factory=list)
    status: int | None = None  # set when it has ended
    child_ended: Wait = field(default_factory=Wait)

    def __post_init__(self) -> None:
        """Start at the top of the mount namespace."""
        self.cwd = self.root = self.namespaces.mnt.top

    @property
    def pid(self) -> int:
        """Its number in the first namespace."""
        return max(self.numbers.items(), key=lambda item: item[0].outer is None)[1]

    @property
    def own_pid(self) -> int:
        """Its number as it sees itself."""
        return self.numbers[self.namespaces.pid]

    def require(self, capability: str) -> None:
        """Refuse what the process may not do."""
        if capability not in self.capabilities:
            raise KernelError(errno.EPERM)

    def find(self, pid: int) -> "Process":
        """Return the process that has this number in the caller's namespace."""
        if pid not in self.namespaces.pid.pids:
            raise KernelError(errno.ESRCH)
        return self.system.processes[self.namespaces.pid.pids[pid]]

    def resolve(self, path: str, *, follow: bool = True, last: bool = False) -> Place:
        """Walk a path from the caller's root or working directory (see `lookup.Walk.to`)."""
        walk = Walk(self.root, partial(permissions.require, self, wanted=permissions.EXECUTE))
        return walk.to(path, self.cwd, follow=follow, last=last)

    def open_file(self, number: int) -> OpenFile:
        """Return what a descriptor refers to."""
        if number not in self.descriptors:
            raise KernelError(errno.EBADF)
        return self.descriptors[number].file

    def add_descriptor(
        self, file: OpenFile, *, close_on_exec: bool, number: int | None = None
    ) -> int:
        """Give an open file a number, by default the lowest that is free."""
        if number is None:
            number = next(each for each in count() if each not in self.descriptors)
        self.descriptors[number] = Descriptor(file, close_on_exec)
        file.references += 1
        return number

    def close(self, number: int) -> None:
        """Give a descriptor up; the last one releases the open file."""
        file = self.open_file(number)
        del self.descriptors[number]
        file.references -= 1
        if not file.references:
            file.release()

    def leave_group(self, subsystem: str) -> None:
        """Stop being a member of its group in one hierarchy."""
        if subsystem in self.cgroups:
            self.cgroups[subsystem].members.remove(self.pid)

    def start_thread(self, body: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside the others of this process."""
        self.system.scheduler.ready.append(Thread(self, body))


class Thread(Task):
    """A task that belongs to a process."""

    def __init__(self, process: Process, body: Coroutine[Any, Any, None]) -> None:
        super().__init__(process.system.scheduler, body)
        self.process = process
        process.threads.append(self)


def running_process() -> Process:
    """Return the process whose coroutine runs now."""
    task = current_task.get()
    assert isinstance(task, Thread)  # a kernel invariant
    return task.process


def create(parent: Process, flags: Clone, entry: Entry) -> Thread:
    """Make a copy of a process that runs `entry` in namespaces of which some may be new."""
    namespaces = parent.namespaces.unshare(flags, parent.system.numbers)
    child = Process(parent.system, namespaces, list(parent.argv), parent, dict(parent.env))
    child.cwd, child.root = map(namespaces.mnt.counterpart, (parent.cwd, parent.root))
    child.uid, child.gid = parent.uid, parent.gid
    child.groups, child.capabilities, child.bounding = (
        parent.groups,
        parent.capabilities,
        parent.bounding,
    )
    for number, descriptor in parent.descriptors.items():
        child.add_descriptor(descriptor.file, close_on_exec=descriptor.close_on_exec, number=number)
    register(child)
    for group in parent.cgroups.values():
        child.system.move(child.pid, group)
    return Thread(child, _live(child, entry))


def register(process: Process) -> None:
    """Give a process its number in its pid namespace and in all outer ones."""
    for namespace in process.namespaces.pid.lineage():
        process.numbers[namespace] = namespace.next_pid()
    for namespace, number in process.numbers.items():
        namespace.pids[number] = process.pid
    process.system.processes[process.pid] = process


def clone(caller: Process, flags: Clone, entry: Entry) -> int:
    """Make a child, which is next to run, and return its pid."""
    if flags:
        caller.require("SYS_ADMIN")
    thread = create(caller, flags, entry)
    caller.system.scheduler.ready.appendleft(thread)
    return thread.process.numbers[caller.namespaces.pid]


def execve(caller: Process, path: str, argv: list[str], env: dict[str, str]) -> None:
    """Replace the caller's program; does not return."""
    place = caller.resolve(path)
    permissions.require(caller, place.present, permissions.EXECUTE)
    file = place.executable()
    if file.read() not in caller.system.programs:
        raise KernelError(errno.ENOEXEC)
    caller.argv, caller.env = list(argv), dict(env)
    caller.capabilities = caller.bounding if caller.uid == 0 else frozenset()
    for number in [each for each, one in caller.descriptors.items() if one.close_on_exec]:
        caller.close(number)

    async def entry() -> None:
        if not file.cached:
            await caller.system.scheduler.idle  # paging in is slow: whoever can run does so first
            file.cached = True
        await caller.system.programs[file.read()](list(argv), dict(env))

    raise Replaced(entry)


def exit_group(caller: Process, status: int) -> None:
    """End the caller with all its threads; does not return."""
    del caller
    raise Exited(status)


async def wait4(caller: Process, pid: int) -> tuple[int, int]:
    """Sleep until a child has ended (-1: any), forget it, and return its pid and status."""
    while True:
        children = [each for each in caller.system.processes.values() if each.parent is caller]
        wanted = [each for each in children if pid in (-1, each.numbers[caller.namespaces.pid])]
        if not wanted:
            raise KernelError(errno.ECHILD)
        for child in wanted:
            if child.status is not None:
                for namespace, number in child.numbers.items():
                    del namespace.pids[number]
                del caller.system.processes[child.pid]
                return child.numbers[caller.namespaces.pid], child.status
        await caller.child_ended


async def _live(process: Process, entry: Entry) -> None:
    while process.status is None:
        try:
            await entry()
        except Replaced as replaced:
            entry = replaced.entry
        except Exited as exited:
            _end(process, exited.status)


def _end(process: Process, status: int) -> None:
    for thread in process.threads[1:]:
        thread.cancel()
    for number in list(process.descriptors):
        process.close(number)
    for subsystem in process.cgroups:
        process.leave_group(subsystem)
    others = process.system.processes
    for child in others.values():
        if child.parent is process:
            child.parent = others[1]
    process.status = status
    if all(
        each.status is not None or each.namespaces.net is not process.namespaces.net
        for each in others.values()
    ):
        process.namespaces.net.close()
    if all(
        each.status is not None or each.namespaces.mnt is not process.namespaces.mnt
        for each in others.values()
    ):
        close_namespace(process.namespaces.mnt)
    if process.parent:
        process.parent.child_ended.wake()
