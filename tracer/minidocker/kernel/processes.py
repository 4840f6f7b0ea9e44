"""What a process is and owns; `sysproc` has the calls on it, `exit` its end.

A process has one thread per coroutine. Its program ends by raising `Exited`, or `Replaced` when it
has asked for another program; both unwind the coroutine: nothing of the old program is left then.
Users and groups are kept as the first user namespace counts them.
"""

import errno
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from tracer.minidocker.kernel import permissions
from tracer.minidocker.kernel.cgroups.group import Cgroup
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Descriptor, File, Inode, OpenFile
from tracer.minidocker.kernel.lookup import Place, Walk
from tracer.minidocker.kernel.mounts import Location, MountNamespace
from tracer.minidocker.kernel.namespaces import Namespace, Namespaces, PidNamespace
from tracer.minidocker.kernel.network import NetworkNamespace
from tracer.minidocker.kernel.openfiles import OpenInode
from tracer.minidocker.kernel.propagation import close_namespace
from tracer.minidocker.kernel.scheduler import Scheduler, Task, Wait, current_task
from tracer.minidocker.kernel.users import UserNamespace

Program = Callable[[list[str], dict[str, str]], Coroutine[Any, Any, None]]
Entry = Callable[[], Awaitable[None]]
Action = str | Callable[[int], Coroutine[Any, Any, None]]  # SIG_DFL, SIG_IGN or what handles it

CAPABILITIES = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_ADMIN"),
        *("NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN"),
        *("SYS_CHROOT", "SYS_MODULE", "SYS_PTRACE", "SYS_TIME"),
    }
)
# Over what a capability must be held, where that is not the process's own user namespace.
OVER = {"NET_ADMIN": "net", "NET_RAW": "net", "NET_BIND_SERVICE": "net", "SYS_ADMIN": "mnt"}
OVER_THE_MACHINE = ("MKNOD", "SYS_MODULE", "SYS_TIME")


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
    start_thread: Callable[["Process", Coroutine[Any, Any, None]], None]  # see `exit`
    scheduler: Scheduler = field(default_factory=Scheduler)
    programs: dict[bytes, Program] = field(
        default_factory=dict
    )  # content of an executable -> what it does
    processes: dict[int, "Process"] = field(default_factory=dict)  # by pid in the first namespace
    hierarchies: dict[str, Cgroup] = field(default_factory=dict)  # subsystem -> topmost group
    controllers: dict[str, str] = field(default_factory=dict)  # hierarchy -> its controllers
    numbers: "count[int]" = field(default_factory=lambda: count(1))  # of namespaces
    owners: dict[int, UserNamespace] = field(default_factory=dict)  # namespace's number -> owner
    networks: list[NetworkNamespace] = field(default_factory=list)  # that can still be reached
    tables: list[MountNamespace] = field(default_factory=list)  # likewise
    entropy: "count[int]" = field(default_factory=count)

    def random(self, length: int) -> bytes:
        """Return bytes that nobody can foresee without the seed."""
        return hashlib.sha256(f"{self.seed}/{next(self.entropy)}".encode()).digest()[:length]

    def runs(self, file: File) -> bool:
        """Say whether a file is the program of a process: nobody may write to it then."""
        return any(each.program is file for each in self.processes.values())

    def children(self, parent: "Process") -> list["Process"]:
        """List the children of a process that nobody has waited for, oldest first."""
        return [each for each in self.processes.values() if each.parent is parent]


@dataclass(eq=False)
class Process:
    """One process and all it owns."""

    system: System
    namespaces: Namespaces
    argv: list[str]
    parent: "Process | None" = None
    env: dict[str, str] = field(default_factory=dict)
    name: str = "init"  # at most 15 characters; see PR_SET_NAME
    program: File | None = None  # what it runs
    program_place: Location | None = None  # where it was found
    numbers: dict[PidNamespace, int] = field(default_factory=dict)  # its pid in each namespace
    for_children: PidNamespace | None = None  # where its children begin, if not where it is
    session: int = 0  # pids of the leaders, in the first namespace
    group: int = 0
    started: float = 0.0
    descriptors: dict[int, Descriptor] = field(default_factory=dict)
    cwd: Location = field(init=False)  # may lie outside of `root`
    root: Location = field(init=False)
    uid: int = 0
    gid: int = 0
    groups: tuple[int, ...] = ()
    capabilities: frozenset[str] = CAPABILITIES  # effective: what it may do now
    permitted: frozenset[str] = CAPABILITIES  # what capset can give it
    bounding: frozenset[str] = CAPABILITIES  # what an execve can give it at most
    keep_capabilities: bool = False  # across setuid
    cgroups: dict[str, Cgroup] = field(default_factory=dict)
    charges: dict[Cgroup, int] = field(default_factory=dict)  # bytes, by the group they count for
    actions: dict[int, Action] = field(default_factory=dict)  # what differs from SIG_DFL
    pending: list[int] = field(default_factory=list)  # signals that have not acted yet
    signalled: Wait = field(default_factory=Wait)
    doomed: bool = False  # one of them ends it
    stopped: bool = False
    dumpable: bool = True  # whether its user may look into it; lost with rights, until execve
    death_signal: int = 0  # sent when the parent ends
    threads: list["Thread"] = field(default_factory=list)
    courier: Task | None = None  # acts on signals
    status: int | None = None  # set when it has ended; of a signal, minus its number
    child_ended: Wait = field(default_factory=Wait)
    memory: Callable[[], dict[str, Any]] | None = None  # what a debugger would see of its state

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

    @property
    def is_init(self) -> bool:
        """Whether it is the first of its pid namespace."""
        return self.own_pid == 1

    @property
    def dump_owner(self) -> int:
        """The user to whom its files in /proc belong."""
        return self.uid if self.dumpable else 0

    @property
    def frozen(self) -> bool:
        """Whether a group of it is frozen."""
        return any(each.frozen for each in self.cgroups.values())

    def is_capable(self, capability: str, owner: UserNamespace) -> bool:
        """Say whether it may do something to what belongs to a user namespace."""
        for each in owner.lineage():
            if each is self.namespaces.user:
                return capability in self.capabilities
            if each.outer is self.namespaces.user and each.owner == self.uid:
                return True
        return False

    def is_capable_over(self, capability: str, inode: Inode) -> bool:
        """Say whether it may do something to an inode, whose owner its user namespace must know."""
        user = self.namespaces.user
        known = (user.find("uid", inode.uid), user.find("gid", inode.gid))
        return capability in self.capabilities and None not in known

    def require(self, capability: str, owner: UserNamespace | None = None) -> None:
        """Refuse what the process may not do; by default, to what it sees itself."""
        if owner is None and capability in OVER:
            owner = self.owner_of(self.namespaces.of(OVER[capability]))
        elif owner is None:
            own = self.namespaces.user
            owner = own.lineage()[-1] if capability in OVER_THE_MACHINE else own
        if not self.is_capable(capability, owner):
            raise KernelError(errno.EPERM)

    def owner_of(self, namespace: Namespace) -> UserNamespace:
        """Return the user namespace in which a namespace was made."""
        if isinstance(namespace, UserNamespace):
            return namespace
        first = self.namespaces.user.lineage()[-1]
        return self.system.owners.get(namespace.number, first)

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
            if isinstance(file, OpenInode) and isinstance(file.file, NamespaceFile):
                drop_namespaces(self.system)

    def start_thread(self, body: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside the others of this process."""
        self.system.start_thread(self, body)

    def join(self, group: Cgroup) -> None:
        """Become a member of a group, and leave the one of the same hierarchy."""
        if self.status is not None:
            return
        self.leave(group.subsystem)
        self.cgroups[group.subsystem] = group
        group.members.append(self.pid)
        self.thaw()

    def leave(self, subsystem: str) -> None:
        """Stop being a member of its group in one hierarchy."""
        if subsystem in self.cgroups:
            self.cgroups[subsystem].members.remove(self.pid)

    def change_rights(self) -> None:
        """Note that it is no longer who its program was started as."""
        self.dumpable, self.death_signal = False, 0

    def release_memory(self) -> None:
        """Give all memory back."""
        for group, amount in self.charges.items():
            for each in group.lineage():
                each.values.memory.usage -= amount
        self.charges = {}

    def thaw(self) -> None:
        """Go on, if neither a group nor a signal holds it any more."""
        self.system.scheduler.release()


class Thread(Task):
    """A task that belongs to a process."""

    def __init__(self, process: Process, body: Coroutine[Any, Any, None]) -> None:
        super().__init__(process.system.scheduler, body)
        self.process = process
        self.inner: Coroutine[Any, Any, None] | None = None  # what `body` awaits, if it is known
        process.threads.append(self)

    @property
    def held(self) -> bool:
        """Whether the process is stopped or frozen."""
        return self.process.stopped or self.process.frozen

    def _unwind(self) -> None:
        try:
            super()._unwind()
        except Exited:  # a call of a process that has ended
            self._unwind()
        if self.inner:
            self.inner.close()  # it may not have begun


class Courier(Task):
    """The task that acts on a process's signals; a stop holds it, and a freeze."""

    def __init__(self, process: Process, body: Coroutine[Any, Any, None]) -> None:
        super().__init__(process.system.scheduler, body)
        self.process = process

    @property
    def held(self) -> bool:
        """Whether signals must wait; only version 2 lets a frozen process be killed."""
        frozen = [each for each in self.process.cgroups.values() if each.frozen]
        if self.process.doomed:
            return not all(each.FROZEN_CAN_BE_KILLED for each in frozen)
        return self.process.stopped or bool(frozen)


class NamespaceFile(File):
    """A file of /proc/PID/ns; opened or bound somewhere, it keeps the namespace alive."""

    def __init__(self, kind: str, namespace: Namespace) -> None:
        super().__init__(f"{kind}:[{namespace.number}]".encode(), cached=True)
        self.kind, self.namespace = kind, namespace


def running_process() -> Process:
    """Return the process whose coroutine runs now."""
    return running_thread().process


def running_thread() -> Thread:
    """Return the thread that runs now."""
    task = current_task.get()
    assert isinstance(task, Thread)  # a kernel invariant
    return task


def drop_namespaces(system: System) -> None:
    """End networks and mount tables that nobody is in, and of which no file is open or bound."""
    alive = [each for each in system.processes.values() if each.status is None]
    opened = [
        each.file.file
        for process in alive
        for each in process.descriptors.values()
        if isinstance(each.file, OpenInode)
    ]
    bound = [mount.root.inode for process in alive for mount in process.namespaces.mnt.mounts]
    kept: set[Namespace] = {
        each.namespace for each in (*opened, *bound) if isinstance(each, NamespaceFile)
    }
    kept |= {one for each in alive for one in (each.namespaces.net, each.namespaces.mnt)}
    for network in [each for each in system.networks if each not in kept]:
        system.networks.remove(network)
        network.close()
    for table in [each for each in system.tables if each not in kept]:
        system.tables.remove(table)
        close_namespace(table)
