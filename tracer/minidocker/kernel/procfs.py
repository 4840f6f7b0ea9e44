"""The proc file system: processes as directories, made anew at each look."""

from tracer.minidocker.kernel.files import Directory, File, Inode, Symlink
from tracer.minidocker.kernel.processes import Process, running_process
from tracer.minidocker.kernel.procnet import SettingsDirectory, TablesDirectory
from tracer.minidocker.kernel.procpid import ProcessDirectory

KINDS = ("sysfs", "tmpfs", "proc", "cgroup", "devpts", "ramfs", "mqueue", "aufs", "overlay")
RELEASE = "3.13.0-24-generic"  # of spring 2014


class ProcDirectory(Directory):
    """The root of a proc mount: the processes of the pid namespace of whoever mounted it."""

    def __init__(self, mounter: Process) -> None:
        super().__init__(0o555)
        self.system, self.namespace = mounter.system, mounter.namespaces.pid
        for name in ("bus", "irq"):
            self.insert(name, Directory())
        sys, about = Directory(), Directory()
        about.insert("osrelease", File(f"{RELEASE}\n".encode(), cached=True, mode=0o444))
        sys.insert("kernel", about)
        sys.insert("net", SettingsDirectory())
        self.insert("sys", sys)
        self.insert("net", TablesDirectory())
        for name in ("kcore", "sysrq-trigger"):
            self.insert(name, File(cached=True))
        self.insert("mounts", Symlink("self/mounts"))
        self.insert("filesystems", File(_list(KINDS)))

    def names(self) -> list[str]:
        """List the pids and what else the kernel shows."""
        return [*map(str, sorted(self.namespace.pids)), *sorted([*super().names(), "self"])]

    def find(self, name: str) -> Inode | None:
        """Show a process by its pid."""
        if name == "self":
            own = running_process().numbers.get(self.namespace)
            return Symlink(str(own)) if own else None
        numbers = self.namespace.pids
        if name.isdecimal() and int(name) in numbers:
            return ProcessDirectory(self.system.processes[numbers[int(name)]], self.namespace)
        return super().find(name)


def _list(kinds: tuple[str, ...]) -> bytes:
    """Write the file systems that need no device, as all of these do."""
    return "".join(f"nodev\t{kind}\n" for kind in kinds).encode()
