"""What a process can have to itself: six kinds of namespaces, and the flags to ask for them."""

from dataclasses import dataclass, field, fields, replace
from enum import Flag, auto
from itertools import count

from tracer.minidocker.kernel.mounts import MountNamespace
from tracer.minidocker.kernel.network import NetworkNamespace
from tracer.minidocker.kernel.propagation import copy_namespace
from tracer.minidocker.kernel.users import UserNamespace


class Clone(Flag):
    """The flags of clone(2), unshare(2) and setns(2) that name kinds of namespaces."""

    CLONE_NEWNS = auto()
    CLONE_NEWUTS = auto()
    CLONE_NEWIPC = auto()
    CLONE_NEWPID = auto()
    CLONE_NEWNET = auto()
    CLONE_NEWUSER = auto()


KINDS = {
    "mnt": Clone.CLONE_NEWNS,
    "uts": Clone.CLONE_NEWUTS,
    "ipc": Clone.CLONE_NEWIPC,
    "pid": Clone.CLONE_NEWPID,
    "net": Clone.CLONE_NEWNET,
    "user": Clone.CLONE_NEWUSER,
}  # name under /proc/PID/ns -> flag


@dataclass(eq=False)
class UtsNamespace:
    """The host's name, as a group of processes sees it."""

    number: int
    hostname: str


@dataclass(eq=False)
class IpcNamespace:
    """Message queues and shared memory; nothing here uses them yet."""

    number: int


@dataclass(eq=False)
class PidNamespace:
    """A numbering of processes from 1; a process has a number in all outer ones too."""

    number: int
    outer: "PidNamespace | None" = None
    last: int = 0
    closed: bool = False  # its first process has ended: no other can begin
    pids: dict[int, int] = field(
        default_factory=dict
    )  # number here -> number in the first namespace

    def lineage(self) -> list["PidNamespace"]:
        """List this namespace and all outer ones."""
        return [self, *(self.outer.lineage() if self.outer else [])]

    def next_pid(self) -> int:
        """Give the next number out."""
        self.last += 1
        return self.last


Namespace = (
    MountNamespace | UtsNamespace | IpcNamespace | PidNamespace | NetworkNamespace | UserNamespace
)


@dataclass(frozen=True)
class Namespaces:
    """One namespace of each kind: what a process sees."""

    mnt: MountNamespace
    uts: UtsNamespace
    ipc: IpcNamespace
    pid: PidNamespace
    net: NetworkNamespace
    user: UserNamespace

    @classmethod
    def first(cls, numbers: "count[int]", hostname: str) -> "Namespaces":
        """Make the namespaces that the machine starts with."""
        return cls(
            MountNamespace(next(numbers)),
            UtsNamespace(next(numbers), hostname),
            IpcNamespace(next(numbers)),
            PidNamespace(next(numbers)),
            NetworkNamespace.create(next(numbers)),
            UserNamespace.first(),
        )

    def of(self, kind: str) -> Namespace:
        """Return the one that /proc/PID/ns shows under this name."""
        namespace: Namespace = getattr(self, kind)
        return namespace

    def joining(self, kind: str, namespace: Namespace) -> "Namespaces":
        """Keep these but for one."""
        return Namespaces(
            **{each.name: getattr(self, each.name) for each in fields(self)} | {kind: namespace}
        )

    def unshare(self, flags: Clone, numbers: "count[int]") -> "Namespaces":
        """Keep these but for the ones the flags name, which are new; users are not done here."""
        mnt = self.mnt
        if Clone.CLONE_NEWNS in flags:
            mnt = copy_namespace(self.mnt, next(numbers))
        uts = (
            UtsNamespace(next(numbers), self.uts.hostname)
            if Clone.CLONE_NEWUTS in flags
            else self.uts
        )
        ipc = IpcNamespace(next(numbers)) if Clone.CLONE_NEWIPC in flags else self.ipc
        pid = PidNamespace(next(numbers), self.pid) if Clone.CLONE_NEWPID in flags else self.pid
        net = NetworkNamespace.create(next(numbers)) if Clone.CLONE_NEWNET in flags else self.net
        return replace(self, mnt=mnt, uts=uts, ipc=ipc, pid=pid, net=net)
