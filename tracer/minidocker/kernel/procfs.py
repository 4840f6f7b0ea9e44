"""The proc file system: processes as directories, made anew at each look."""

from collections.abc import Callable

from tracer.minidocker.kernel import mountinfo
from tracer.minidocker.kernel.files import Directory, File, Inode, Symlink
from tracer.minidocker.kernel.lookup import MagicLink
from tracer.minidocker.kernel.mounts import Location, MountNamespace
from tracer.minidocker.kernel.processes import Process, running_process


class ProcDirectory(Directory):
    """The root of a proc mount: the processes of the pid namespace of whoever mounted it."""

    def __init__(self, mounter: Process) -> None:
        super().__init__(0o555)
        self.mounter = mounter
        for name in ("bus", "irq", "sys"):
            self.insert(name, Directory())
        for name in ("kcore", "sysrq-trigger"):
            self.insert(name, File(cached=True))
        self.insert("mounts", Symlink("self/mounts"))

    def names(self) -> list[str]:
        """List the pids and what else the kernel shows."""
        pids = map(str, sorted(self.mounter.namespaces.pid.pids))
        return [*pids, *sorted([*super().names(), "self"])]

    def find(self, name: str) -> Inode | None:
        """Show a process by its pid."""
        numbers = self.mounter.namespaces.pid.pids
        if name == "self":
            own = running_process().numbers.get(self.mounter.namespaces.pid)
            return Symlink(str(own)) if own else None
        if name.isdecimal() and int(name) in numbers:
            return _show(self.mounter.system.processes[numbers[int(name)]], name)
        return super().find(name)


def _show(process: Process, pid: str) -> Directory:
    shown, descriptors = Directory(), Directory()
    state = "S" if process.status is None else "Z"
    start = (
        process.pid * 100
    )  # ticks since boot; there is no clock here, but later processes start later
    shown.insert("cmdline", File("\0".join(process.argv).encode(), cached=True))
    shown.insert(
        "stat",
        File(f"{pid} ({process.argv[0]}) {state} {'0 ' * 18}{start}\n".encode(), cached=True),
    )
    for number in process.descriptors:
        descriptors.insert(str(number), File(cached=True))
    shown.insert("fd", descriptors)
    _show_places(process, shown)
    return shown


def _show_places(process: Process, shown: Directory) -> None:
    """Show the mounts that a process sees, its root and its working directory."""
    for name, text in (("mounts", mountinfo.mounts), ("mountinfo", mountinfo.mountinfo)):
        shown.insert(name, _Table(process, text))
    shown.insert("cwd", MagicLink(process.cwd))
    shown.insert("root", MagicLink(process.root))


class _Table(File):
    """A mount table, written when it is read."""

    def __init__(self, process: Process, text: Callable[[MountNamespace, Location], str]) -> None:
        super().__init__(cached=True, mode=0o444)
        self.process, self.text = process, text

    def read(self) -> bytes:
        return self.text(self.process.namespaces.mnt, self.process.root).encode()
