"""What a process can have to itself: five kinds of namespaces, and the flags to ask for them."""

from dataclasses import dataclass, field
from enum import Flag, auto
from itertools import count

from tracer.minidocker.kernel.mounts import MountNamespace
from tracer.minidocker.kernel.network import NetworkNamespace
from tracer.minidocker.kernel.propagation import copy_namespace


class Clone(Flag):
    """The flags of clone(2) that ask for new namespaces."""

    CLONE_NEWNS = auto()
    CLONE_NEWUTS = auto()
    CLONE_NEWIPC = auto()
    CLONE_NEWPID = auto()
    CLONE_NEWNET = auto()


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


@dataclass(frozen=True)
class Namespaces:
    """One namespace of each kind: what a process sees."""

    mnt: MountNamespace
    uts: UtsNamespace
    ipc: IpcNamespace
    pid: PidNamespace
    net: NetworkNamespace

    @classmethod
    def first(cls, numbers: "count[int]", hostname: str) -> "Namespaces":
        """Make the namespaces that the machine starts with."""
        return cls(
            MountNamespace(next(numbers)),
            UtsNamespace(next(numbers), hostname),
            IpcNamespace(next(numbers)),
            PidNamespace(next(numbers)),
            NetworkNamespace.create(next(numbers)),
        )

    def unshare(self, flags: Clone, numbers: "count[int]") -> "Namespaces":
        """Keep these but for the ones the flags name, which are new."""
        asked = {flag.name for flag in flags}
        mnt = copy_namespace(self.mnt, next(numbers)) if "CLONE_NEWNS" in asked else self.mnt
        uts = (
            UtsNamespace(next(numbers), self.uts.hostname) if "CLONE_NEWUTS" in asked else self.uts
        )
        ipc = IpcNamespace(next(numbers)) if "CLONE_NEWIPC" in asked else self.ipc
        pid = PidNamespace(next(numbers), self.pid) if "CLONE_NEWPID" in asked else self.pid
        net = NetworkNamespace.create(next(numbers)) if "CLONE_NEWNET" in asked else self.net
        return Namespaces(mnt, uts, ipc, pid, net)
