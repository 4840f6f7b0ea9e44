"""/proc/PID: one process as a directory.

`FILES` has the files that are text, `LINKS` what leads elsewhere; to add one, add a function.
Not modelled: memory, limits and times; threads.
"""

import errno
from collections.abc import Callable
from functools import partial

from tracer.minidocker.kernel import mountinfo
from tracer.minidocker.kernel.dentries import Dentry, FileSystem
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, File, Inode, Symlink
from tracer.minidocker.kernel.lookup import MagicLink
from tracer.minidocker.kernel.mounts import Location, Mount
from tracer.minidocker.kernel.namespaces import KINDS, Namespace, PidNamespace
from tracer.minidocker.kernel.openfiles import OpenDirectory, OpenInode
from tracer.minidocker.kernel.processes import NamespaceFile, Process, running_process
from tracer.minidocker.kernel.users import parse_map

TICKS = 100  # in a second
BY_NUMBER = (  # capabilities(7)
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO "
    "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
    "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP"
)
NUMBERS = {name: number for number, name in enumerate(BY_NUMBER.split())}
STATES = {
    "R": "R (running)",
    "S": "S (sleeping)",
    "D": "D (disk sleep)",
    "T": "T (stopped)",
    "Z": "Z (zombie)",
}


class ProcessDirectory(Directory):
    """What is known of a process, by the numbers of the pid namespace of the proc mount."""

    def __init__(self, process: Process, namespace: PidNamespace) -> None:
        super().__init__(0o555)
        self.process, self.namespace = process, namespace
        self.uid, self.gid = process.uid, process.gid

    def names(self) -> list[str]:
        """List what can be asked."""
        return sorted([*FILES, *ORDERS, *LINKS])

    def find(self, name: str) -> Inode | None:
        """Answer one question."""
        if name in LINKS:
            self._require_access()
            return LINKS[name](self.process)
        if name == "environ":
            self._require_access()
        if name in FILES:
            return self._owned(_TextFile(partial(FILES[name], self.process, self.namespace)))
        if name in ORDERS:
            show, order = ORDERS[name]
            return self._owned(_OrderFile(show(self.process), partial(order, self.process)))
        return None

    def _owned(self, file: File) -> File:
        file.cached, file.uid, file.gid = True, self.process.uid, self.process.gid
        return file

    def _require_access(self) -> None:
        reader, process = running_process(), self.process
        if reader is process or (reader.uid == process.uid and process.dumpable):
            return
        user = process.namespaces.user
        if not reader.is_capable("SYS_PTRACE", user if process.dumpable else user.lineage()[-1]):
            raise KernelError(errno.EACCES)


class _TextFile(File):
    """A file whose text is written when it is read."""

    def __init__(self, show: Callable[[], str]) -> None:
        super().__init__(cached=True, mode=0o444)
        self.show = show

    def read(self) -> bytes:
        return self.show().encode()


class _OrderFile(File):
    """A file that acts on what is written."""

    def __init__(self, text: str, order: Callable[[str], None]) -> None:
        super().__init__(text.encode(), cached=True)
        self.order = order

    def write(self, data: bytes, offset: int) -> None:
        del offset
        self.order(data.decode("utf-8", "replace"))

    def truncate(self, length: int = 0) -> None:
        pass


def state(process: Process) -> str:
    """Say in one letter what a process does."""
    if process.status is not None:
        return "Z"
    if process.stopped:
        return "T"
    if process.frozen:
        return "D"
    return "R" if process is running_process() else "S"


def _cmdline(process: Process, _namespace: PidNamespace) -> str:
    return "" if process.status is not None else "".join(f"{each}\0" for each in process.argv)


def _environ(process: Process, _namespace: PidNamespace) -> str:
    return "".join(f"{name}={value}\0" for name, value in process.env.items())


def _comm(process: Process, _namespace: PidNamespace) -> str:
    return f"{process.name}\n"


def _stat(process: Process, namespace: PidNamespace) -> str:
    leaders = [_number(process, pid, namespace) for pid in (process.group, process.session)]
    first = [process.numbers[namespace], f"({process.name})", state(process)]
    known = [*first, _parent(process, namespace), *leaders]
    threads, start = len(process.threads), int(process.started * TICKS)
    return " ".join(map(str, [*known, *[0] * 13, threads, 0, start])) + "\n"


def _status(process: Process, namespace: PidNamespace) -> str:
    user = running_process().namespaces.user
    own = process.namespaces.pid.lineage()
    numbers = [process.numbers[each] for each in reversed(own[: own.index(namespace) + 1])]
    uid, gid = user.shown("uid", process.uid), user.shown("gid", process.gid)
    lines = {
        "Name": process.name,
        "State": STATES[state(process)],
        "Tgid": process.numbers[namespace],
        "Pid": process.numbers[namespace],
        "PPid": _parent(process, namespace),
        "Uid": "\t".join([str(uid)] * 4),
        "Gid": "\t".join([str(gid)] * 4),
        "Groups": " ".join(str(user.shown("gid", each)) for each in process.groups),
        "NSpid": "\t".join(map(str, numbers)),
        "Threads": len(process.threads),
        "SigPnd": _mask({each - 1 for each in process.pending}),
        "SigIgn": _mask({each - 1 for each, one in process.actions.items() if one == "SIG_IGN"}),
        "SigCgt": _mask({e - 1 for e, one in process.actions.items() if not isinstance(one, str)}),
        "CapPrm": _mask({NUMBERS[each] for each in process.permitted}),
        "CapEff": _mask({NUMBERS[each] for each in process.capabilities}),
        "CapBnd": _mask({NUMBERS[each] for each in process.bounding}),
    }
    return "".join(f"{name}:\t{value}\n" for name, value in lines.items())


def _cgroup(process: Process, _namespace: PidNamespace) -> str:
    system, lines = process.system, []
    for number, name in enumerate(system.hierarchies):
        controllers = system.controllers.get(name, name)
        group = process.cgroups.get(name, system.hierarchies[name])
        lines.append(f"{number}:{controllers}:{group.path}\n")
    return "".join(reversed(lines))


def _parent(process: Process, namespace: PidNamespace) -> int:
    return process.parent.numbers.get(namespace, 0) if process.parent else 0


def _number(process: Process, pid: int, namespace: PidNamespace) -> int:
    leader = process.system.processes.get(pid)
    return leader.numbers.get(namespace, 0) if leader else 0


def _mask(bits: set[int]) -> str:
    return f"{sum(1 << bit for bit in bits):016x}"


def _mounts(process: Process, _namespace: PidNamespace) -> str:
    return mountinfo.mounts(process.namespaces.mnt, process.root)


def _mountinfo(process: Process, _namespace: PidNamespace) -> str:
    return mountinfo.mountinfo(process.namespaces.mnt, process.root)


def _descriptors(process: Process) -> Directory:
    shown = Directory(0o500)
    for number, each in process.descriptors.items():
        file, inode = each.file, Symlink(f"pipe:[{number}]")
        if isinstance(file, OpenInode | OpenDirectory):
            inode = MagicLink(file.place)
        shown.insert(str(number), inode)
    return shown


def _namespaces(process: Process) -> Directory:
    shown = Directory(0o511)
    if process.status is None:
        for kind in KINDS:
            shown.insert(kind, _namespace_link(kind, process.namespaces.of(kind)))
        later = process.for_children or process.namespaces.pid
        shown.insert("pid_for_children", _namespace_link("pid", later))
    return shown


def _namespace_link(kind: str, namespace: Namespace) -> MagicLink:
    """Lead to a file of nsfs, which is mounted nowhere."""
    file = NamespaceFile(kind, namespace)
    files = FileSystem("nsfs", "0:4", Dentry("", file))
    place = Location(Mount(0, files, files.root, "nsfs"), files.root)
    return MagicLink(place, file.content.decode())


def _cwd(process: Process) -> Inode:
    return MagicLink(process.cwd)


def _root(process: Process) -> Inode:
    return MagicLink(process.root)


def _exe(process: Process) -> Inode | None:
    return MagicLink(process.program_place) if process.program_place else None


def _require_owner(process: Process) -> None:
    """Let only the owner write."""
    writer, owner = running_process(), process.dump_owner
    known = writer.namespaces.user.find("uid", owner) is not None
    if writer.uid != owner and not (known and "DAC_OVERRIDE" in writer.capabilities):
        raise KernelError(errno.EACCES)


def _write_map(process: Process, text: str, *, kind: str) -> None:
    """Check who may map whom, as user_namespaces(7) says."""
    _require_owner(process)
    writer, user = running_process(), process.namespaces.user
    if user.outer is None or user.maps[kind].extents:
        raise KernelError(errno.EPERM)
    extents = list(parse_map(text))
    if writer.namespaces.user not in (user, user.outer):
        raise KernelError(errno.EPERM)
    writer.require("SYS_ADMIN", user)
    own = writer.uid if kind == "uid" else writer.gid
    single = len(extents) == 1 and extents[0].length == 1
    himself = single and user.outer.find(kind, own) == extents[0].outside
    if not (himself and (kind == "uid" or not user.may_setgroups) and writer.uid == user.owner):
        writer.require(f"SET{kind.upper()}", user.outer)
    if any(user.outer.maps[kind].outward(each.outside) is None for each in extents):
        raise KernelError(errno.EPERM)
    user.write_map(kind, text)


def _write_setgroups(process: Process, text: str) -> None:
    _require_owner(process)
    writer, user = running_process(), process.namespaces.user
    if text.strip() not in ("allow", "deny"):
        raise KernelError(errno.EINVAL)
    writer.require("SYS_ADMIN", user)
    allow = text.strip() == "allow"
    if user.maps["gid"].extents and not allow:
        raise KernelError(errno.EPERM)
    if allow and not user.may_setgroups:
        raise KernelError(errno.EPERM)
    user.may_setgroups = allow


def _show_map(process: Process, *, kind: str) -> str:
    return process.namespaces.user.read_map(kind)


def _show_setgroups(process: Process) -> str:
    return "allow\n" if process.namespaces.user.may_setgroups else "deny\n"


FILES: dict[str, Callable[[Process, PidNamespace], str]] = {
    "cgroup": _cgroup,
    "cmdline": _cmdline,
    "comm": _comm,
    "environ": _environ,
    "mountinfo": _mountinfo,
    "mounts": _mounts,
    "stat": _stat,
    "status": _status,
}
ORDERS: dict[str, tuple[Callable[[Process], str], Callable[[Process, str], None]]] = {
    "gid_map": (partial(_show_map, kind="gid"), partial(_write_map, kind="gid")),
    "setgroups": (_show_setgroups, _write_setgroups),
    "uid_map": (partial(_show_map, kind="uid"), partial(_write_map, kind="uid")),
}
LINKS: dict[str, Callable[[Process], Inode | None]] = {
    "cwd": _cwd,
    "exe": _exe,
    "fd": _descriptors,
    "ns": _namespaces,
    "root": _root,
}
