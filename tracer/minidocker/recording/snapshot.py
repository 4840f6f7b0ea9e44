"""The machine as plain values: one section for each thing that a learner can look at.

processes  pid → argv, parent, pids (outermost namespace first), namespaces, user, …
hosts      uts namespace → its hostname
mounts     mount namespace → id of the mount → point, kind, source, …
cgroups    hierarchy → group → its members, and the settings that differ from the parent's
network    network namespace → interfaces, routes, rules
files      path → the beginning of the content; a directory ends in a slash and counts programs
memory     pid → what the process shows of its own state
"""

from collections.abc import Callable
from functools import lru_cache

from tracer.minidocker.kernel import layers
from tracer.minidocker.kernel.cgroups.group import Cgroup, ControlFile
from tracer.minidocker.kernel.files import Directory, File, Inode
from tracer.minidocker.kernel.kernel import Kernel, shorten
from tracer.minidocker.kernel.mounts import Mount
from tracer.minidocker.kernel.netfilter import Rule
from tracer.minidocker.kernel.network import Interface, NetworkNamespace
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.recording.model import Tree, Value, cut

LONGEST = 1200  # characters of a file
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
SETTINGS = {  # the files of a group that are shown where they differ from those at the top
    "blkio": ("blkio.weight",),
    "cpu": ("cpu.shares", "cpu.cfs_quota_us"),
    "cpuset": ("cpuset.cpus",),
    "devices": ("devices.list",),
    "freezer": ("freezer.state",),
    "memory": ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.failcnt"),
}


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
    if process.frozen or process.stopped:
        shown["state"] = "frozen" if process.frozen else "stopped"
    return shown if process.status is None else shown | {"status": process.status}


def _hosts(kernel: Kernel) -> Tree:
    spaces = {each.namespaces.uts for each in kernel.system.processes.values()}
    return {str(each.number): each.hostname for each in sorted(spaces, key=lambda s: s.number)}


def _mounts(kernel: Kernel) -> Tree:
    spaces = {each.namespaces.mnt for each in kernel.system.processes.values()}
    return {
        str(space.number): {
            str(mount.number): _mount(path, mount) for path, mount in space.visible(space.top)
        }
        for space in sorted(spaces, key=lambda s: s.number)
    }


def _mount(path: str, mount: Mount) -> Tree:
    part = mount.root.path_from(mount.file_system.root)  # of the file system, for a bind mount
    source = mount.source if part == "/" else f"{mount.source}{part}"
    shown: Tree = {"point": shorten(path), "kind": mount.kind, "source": shorten(source)}
    if mount.read_only:
        shown["read_only"] = True
    if mount.group or mount.master:
        shown["propagation"] = "shared" if mount.group else "slave"
    branches = layers.branches(mount)
    if branches:
        shown["branches"] = [
            f"{shorten(each.path)} {'read-write' if each.writable else 'read-only'}"
            for each in branches
        ]
    return shown


def _cgroups(kernel: Kernel) -> Tree:
    return {
        name: {shorten(group.path): _group(group, topmost) for group in topmost.groups()[1:]}
        for name, topmost in kernel.system.hierarchies.items()
    }


def _group(group: Cgroup, topmost: Cgroup) -> Tree:
    members: list[Value] = [*sorted(group.members)]
    shown: Tree = {"members": members}
    own, top = group.files(), topmost.files()
    for controller in group.subsystem.split(","):
        for name in SETTINGS.get(controller, ()):
            value = _setting(own.get(name))
            if value != _setting(top.get(name)):
                shown[name] = value
    return shown


def _setting(file: File | None) -> str:
    readable = isinstance(file, ControlFile) and file.show is not None
    return file.read().decode().strip() if file is not None and readable else ""


def _network(kernel: Kernel) -> Tree:
    spaces = {each.namespaces.net for each in kernel.system.processes.values()}
    return {str(space.number): _space(space) for space in sorted(spaces, key=lambda s: s.number)}


def _space(space: NetworkNamespace) -> Tree:
    shown: Tree = {
        "interfaces": {name: _interface(each) for name, each in space.interfaces.items()},
        "routes": [str(each) for each in space.routes],
    }
    rules: Tree = {}
    for name, table in space.tables.items():
        chains: Tree = {
            chain: [_rule(each) for each in content.rules]
            for chain, content in table.items()
            if content.rules or not content.policy
        }
        if chains:
            rules[name] = chains
    forwards = space.settings.get("ipv4/ip_forward")
    if forwards != "0":
        shown["ip_forward"] = forwards
    return shown | {"rules": rules} if rules else shown


def _interface(interface: Interface) -> Tree:
    peer = interface.peer
    return {
        "kind": interface.kind,
        "address": ", ".join(map(str, interface.addresses)),
        "up": interface.up,
        "master": interface.master.name if interface.master else "",
        "peer": f"{peer.home.number}/{peer.name}" if peer else "",
    }


def _rule(rule: Rule) -> str:
    matches = [f"{'not ' * m.inverted}{m.field} {m.value}" for m in rule.matches]
    target = f"{rule.target or 'count'} {rule.argument}".strip()
    return f"{', '.join(matches) or 'all'} → {target}"


def _files(kernel: Kernel) -> Tree:
    found: Tree = {}
    root = kernel.first.namespaces.mnt.top.dentry.inode
    for prefix in PREFIXES:
        place: Inode = root
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
        programs = [name for name in inode.names() if _is_program(inode.find(name))]
        found[shorten(path) + "/"] = f"{len(programs)} programs" if programs else ""
        for name in inode.names():
            if name not in programs:
                _walk(f"{path}/{name}", inode.find(name), found)
    elif isinstance(inode, File):
        found[shorten(path)] = _text(inode.read())
    else:
        found[shorten(path)] = type(inode).__name__


@lru_cache(maxsize=1024)  # most files are as they were at the last look
def _text(content: bytes) -> str:
    return cut(shorten(content.decode("utf-8", "replace")), LONGEST)


def _is_program(inode: object) -> bool:
    return isinstance(inode, File) and inode.read().startswith(b"\x7fELF")


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
    "chmod": NOTHING,
    "chown": NOTHING,
    "clone": ("processes", "hosts", "mounts", "cgroups", "network"),
    "close": NOTHING,
    "connect": NOTHING,
    "dup2": NOTHING,
    "execve": ("processes",),
    "fcntl": NOTHING,
    "fstat": NOTHING,
    "getcwd": NOTHING,
    "getdents": NOTHING,
    "getpid": NOTHING,
    "getrandom": NOTHING,
    "lchown": NOTHING,
    "lgetxattr": NOTHING,
    "lseek": NOTHING,
    "lsetxattr": NOTHING,
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
    "statfs": NOTHING,
    "symlink": ("files",),
    "umount2": ("mounts",),
    "uname": NOTHING,
    "unlink": ("files",),
    "wait4": ("processes",),
    "write": ("files", "cgroups"),
}
