"""The kinds of file systems that mount(2) knows, and what their options mean."""

import errno

from tracer.minidocker.kernel.cgroups import hierarchies
from tracer.minidocker.kernel.dentries import Dentry, FileSystem
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory
from tracer.minidocker.kernel.mounts import Location
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.procfs import ProcDirectory
from tracer.minidocker.kernel.union import UnionDirectory
from tracer.minidocker.kernel.whiteouts import Branch, Union


def make(caller: Process, kind: str, options: str) -> FileSystem:
    """Make a file system of a kind, or find it where there is only one."""
    own = caller.namespaces
    match kind:
        case "tmpfs" | "ramfs":
            return _new(caller, kind, Directory(_mode(options, 0o1777)), options)
        case "devpts":
            return _new(caller, kind, _terminals(), options)
        case "proc":
            return _fixed(_new(caller, kind, ProcDirectory(caller)))
        case "sysfs":
            return _fixed(_single(caller, kind, own.net, Directory(0o555)))
        case "mqueue":
            return _single(caller, kind, own.ipc, Directory(0o1777))
        case "cgroup" | "cgroup2":
            top = hierarchies.find(caller.system, kind, options)
            return _single(caller, kind, caller.system.controllers[top.subsystem], top)
        case "aufs":
            return _aufs(caller, options)
        case "overlay":
            return _overlay(caller, options)
        case _:
            raise KernelError(errno.ENODEV)


def add_branches(caller: Process, file_system: FileSystem, options: str) -> None:
    """Do what the options of a remount say: aufs puts more branches below (append:…)."""
    root = file_system.root.inode
    for option in options.split(","):
        verb, _, branch = option.partition(":")
        if verb == "append" and isinstance(root, UnionDirectory):
            root.union.branches.append(_branch(caller, branch))


def _new(caller: Process, kind: str, root: Directory, options: str = "") -> FileSystem:
    device = caller.namespaces.mnt.tables.new_device()
    return FileSystem(kind, device, Dentry("", root), options)


def _single(caller: Process, kind: str, key: object, root: Directory) -> FileSystem:
    known = caller.namespaces.mnt.tables.single
    if (kind, key) not in known:
        known[kind, key] = _new(caller, kind, root, key if isinstance(key, str) else "")
    return known[kind, key]


def _fixed(file_system: FileSystem) -> FileSystem:
    file_system.fixed = True
    return file_system


def _mode(options: str, default: int) -> int:
    given = _parse(options).get("mode")
    return int(given, 8) if given else default


def _terminals() -> Directory:
    root = Directory()
    root.insert("ptmx", Device(number="c 5:2", mode=0))
    return root


def _parse(options: str) -> dict[str, str]:
    return {key: value for key, _, value in (each.partition("=") for each in options.split(","))}


def _aufs(caller: Process, options: str) -> FileSystem:
    """Read br:TOP=rw:LOWER=ro+wh:…; without a word for it, the first is rw and the others ro."""
    named = [each[3:].split(":") for each in options.split(",") if each.startswith(("br:", "br="))]
    union = Union("aufs", [_branch(caller, each) for paths in named for each in paths])
    if not union.branches:
        raise KernelError(errno.EINVAL)
    first = union.branches[0]
    if "=" not in named[0][0]:
        union.branches[0] = Branch(first.path, writable=True, directory=first.directory)
    made = _new(caller, "aufs", UnionDirectory(union), options)
    made.read_only = not union.branches[0].writable
    return made


def _branch(caller: Process, text: str) -> Branch:
    path, _, permission = text.partition("=")
    return Branch(path, permission.startswith("rw"), caller.resolve(path).directory)


def _overlay(caller: Process, options: str) -> FileSystem:
    """Read lowerdir=HIGHER:LOWER,upperdir=TOP,workdir=EMPTY; without the last two, read only."""
    given = _parse(options)
    lower = [each for each in given.get("lowerdir", "").split(":") if each]
    upper, work = given.get("upperdir", ""), given.get("workdir", "")
    if not lower or (not upper and len(lower) == 1) or (upper and not work):
        raise KernelError(errno.EINVAL)
    union = Union("overlay")
    if upper:
        top = _layer(caller, upper)
        _prepare(top, _layer(caller, work))
        union.branches.append(Branch(upper, writable=True, directory=top.dentry.directory))
    for each in lower:
        directory = _layer(caller, each).dentry.directory
        union.branches.append(Branch(each, writable=False, directory=directory))
    made = _new(caller, "overlay", UnionDirectory(union), options)
    made.read_only = not upper
    return made


def _layer(caller: Process, path: str) -> Location:
    found = caller.resolve(path).location
    if not found.is_directory:
        raise KernelError(errno.EINVAL)
    return found


def _prepare(upper: Location, work: Location) -> None:
    apart = not upper.dentry.is_below(work.dentry) and not work.dentry.is_below(upper.dentry)
    if upper.mount is not work.mount or not apart or upper.mount.read_only:
        raise KernelError(errno.EINVAL)
    if work.dentry.directory.find("work") is None:
        work.dentry.directory.make_directory("work")
