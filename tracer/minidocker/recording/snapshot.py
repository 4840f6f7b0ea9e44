"""The machine as plain values: one section for each thing that a learner can look at.

processes  pid → argv, parent, pids (outermost namespace first), namespaces, user, …
hosts      uts namespace → its hostname
mounts     mount namespace → id of the mount → point, kind, source, …
cgroups    hierarchy → group → its members, and the settings that differ from the parent's
network    network namespace → interfaces, routes, rules
files      path → the beginning of the content; a directory ends in a slash
memory     pid → what the process shows of its own state
"""

from collections.abc import Callable

from tracer.minidocker.kernel.cgroups import Cgroup
from tracer.minidocker.kernel.files import Directory, File
from tracer.minidocker.kernel.kernel import Kernel, shorten
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.recording.model import Tree, Value

LONGEST = 2000  # characters of a file
PREFIXES = (  # of the paths that a learner may want to see
    "/var/lib/docker/containers",
    "/var/lib/docker/aufs",
    "/var/lib/docker/execdriver/native",
    "/var/lib/docker/graph",
    "/var/lib/docker/repositories-aufs",
    "/var/lib/docker/vfs",
    "/var/lib/docker/volumes",
    "/var/run",
)
NAMESPACES = ("mnt", "uts", "ipc", "pid", "net")


def take(kernel: Kernel) -> Tree:
    """Look at everything."""
    return {name: look(kernel) for name, look in SECTIONS.items()}


def _processes(kernel: Kernel) -> Tree:
    return {str(pid): _process(each) for pid, each in sorted(kernel.system.processes.items())}


def _process(process: Process) -> Tree:
    own = process.namespaces
    shown: Tree = {
        "argv": [shorten(word) for word in process.argv],
        "parent": process.parent.pid if process.parent else 0,
        "pids": [process.numbers[each] for each in reversed(own.pid.lineage())],
        "namespaces": {kind: getattr(own, kind).number for kind in NAMESPACES},
        "uid": process.uid,
        "capabilities": len(process.capabilities),
    }
    return shown if process.status is None else shown | {"status": process.status}


def _hosts(kernel: Kernel) -> Tree:
    spaces = {each.namespaces.uts for each in kernel.system.processes.values()}
    return {str(each.number): each.hostname for each in sorted(spaces, key=lambda s: s.number)}


def _mounts(kernel: Kernel) -> Tree:
    spaces = {each.namespaces.mnt for each in kernel.system.processes.values()}
    return {
        str(space.number): {
            str(number): shorten(f"{each.point} {each.kind} {each.source}")
            for number, each in enumerate(space.mounts)
        }
        for space in sorted(spaces, key=lambda s: s.number)
    }


def _cgroups(kernel: Kernel) -> Tree:
    return {
        name: {shorten(group.path): _group(group) for group in topmost.groups()[1:]}
        for name, topmost in kernel.system.hierarchies.items()
    }


def _group(group: Cgroup) -> Tree:
    members: list[Value] = [*sorted(group.members)]
    return {"members": members}


def _network(kernel: Kernel) -> Tree:
    spaces = {each.namespaces.net for each in kernel.system.processes.values()}
    return {
        str(space.number): {
            "interfaces": {
                name: {
                    "kind": each.kind,
                    "address": each.address,
                    "up": each.up,
                    "master": each.master.name if each.master else "",
                }
                for name, each in space.interfaces.items()
            },
            "gateway": space.gateway,
        }
        for space in sorted(spaces, key=lambda s: s.number)
    }


def _files(kernel: Kernel) -> Tree:
    found: Tree = {}
    root = kernel.first.namespaces.mnt.mounts[0].root
    for prefix in PREFIXES:
        place = root
        for name in prefix.strip("/").split("/"):
            below = place.find(name) if isinstance(place, Directory) else None
            if below is None:
                break
            place = below
        else:
            _walk(prefix, place, found)
    return found


def _walk(path: str, inode: object, found: Tree) -> None:
    if isinstance(inode, Directory):
        found[shorten(path) + "/"] = ""
        for name in inode.names():
            _walk(f"{path}/{name}", inode.find(name), found)
    elif isinstance(inode, File):
        found[shorten(path)] = shorten(inode.read().decode("utf-8", "replace"))[:LONGEST]
    else:
        found[shorten(path)] = type(inode).__name__


def _memory(kernel: Kernel) -> Tree:
    return {
        str(pid): each.memory()
        for pid, each in sorted(kernel.system.processes.items())
        if each.memory is not None
    }


SECTIONS: dict[str, Callable[[Kernel], Tree]] = {
    "processes": _processes,
    "hosts": _hosts,
    "mounts": _mounts,
    "cgroups": _cgroups,
    "network": _network,
    "files": _files,
    "memory": _memory,
}
NOTHING: tuple[str, ...] = ()
# What each system call can change, to look only there; a call that is not listed, everywhere.
TOUCHED: dict[str, tuple[str, ...]] = {
    "accept": NOTHING,
    "capset": ("processes",),
    "chdir": NOTHING,
    "clone": ("processes", "hosts", "mounts", "cgroups", "network"),
    "close": NOTHING,
    "connect": NOTHING,
    "dup2": NOTHING,
    "execve": ("processes",),
    "fcntl": NOTHING,
    "getcwd": NOTHING,
    "getdents": NOTHING,
    "getpid": NOTHING,
    "getrandom": NOTHING,
    "lseek": NOTHING,
    "lstat": NOTHING,
    "mkdir": ("files", "cgroups"),
    "mount": ("mounts", "files"),
    "netlink": ("network",),
    "open": ("files",),
    "pipe": NOTHING,
    "pivot_root": ("mounts",),
    "prctl": ("processes",),
    "read": NOTHING,
    "readlink": NOTHING,
    "rename": ("files",),
    "rmdir": ("files", "cgroups"),
    "setgid": ("processes",),
    "setgroups": ("processes",),
    "sethostname": ("hosts",),
    "setuid": ("processes",),
    "shutdown": NOTHING,
    "socketpair": NOTHING,
    "stat": NOTHING,
    "umount2": ("mounts",),
    "uname": NOTHING,
    "unlink": ("files",),
    "wait4": ("processes",),
    "write": ("files", "cgroups"),
}
