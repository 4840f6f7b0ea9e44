"""The proc file system: processes as directories, made anew at each look."""

from tracer.minidocker.kernel.files import Directory, File, Inode
from tracer.minidocker.kernel.processes import Process, running_process
from tracer.minidocker.kernel.procnet import SettingsDirectory, TablesDirectory


class ProcDirectory(Directory):
    """The root of a proc mount: the processes of the pid namespace of whoever mounted it."""

    def __init__(self, mounter: Process) -> None:
        super().__init__()
        self.mounter = mounter
        for name in ("bus", "irq"):
            self.insert(name, Directory())
        sys = Directory()
        sys.insert("net", SettingsDirectory())
        self.insert("sys", sys)
        self.insert("net", TablesDirectory())
        for name in ("kcore", "sysrq-trigger"):
            self.insert(name, File(cached=True))

    def names(self) -> list[str]:
        """List the pids and what else the kernel shows."""
        return [*map(str, sorted(self.mounter.namespaces.pid.pids)), *super().names()]

    def find(self, name: str) -> Inode | None:
        """Show a process by its pid."""
        if name == "self":
            name = str(running_process().numbers[self.mounter.namespaces.pid])
        numbers = self.mounter.namespaces.pid.pids
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
    return shown
