"""The kernel: one table of system calls and one dispatcher that every process goes through.

To see what the processes do, read `Kernel.events`: one entry per call, in the order of returning.
"""

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Flag
from functools import lru_cache
from inspect import isawaitable
from typing import Any

from tracer.minidocker.kernel import (
    credentials,
    memory,
    netlink,
    sysfile,
    sysmount,
    sysname,
    sysnet,
    sysplace,
    sysproc,
)
from tracer.minidocker.kernel import exit as ending
from tracer.minidocker.kernel.cgroups import v1, v2
from tracer.minidocker.kernel.dentries import Dentry
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory, Open
from tracer.minidocker.kernel.mounts import Location
from tracer.minidocker.kernel.namespaces import Clone, Namespaces
from tracer.minidocker.kernel.openfiles import OpenInode
from tracer.minidocker.kernel.processes import (
    Entry,
    Exited,
    Process,
    Replaced,
    System,
    running_process,
)

LONGEST = 64  # characters of an argument that are shown
TABLE: dict[str, Callable[..., Any]] = {
    "accept": sysnet.accept,
    "bind": sysnet.bind,
    "capset": credentials.capset,
    "chdir": sysplace.chdir,
    "chmod": sysplace.chmod,
    "chown": sysplace.chown,
    "chroot": sysplace.chroot,
    "clone": sysproc.clone,
    "close": sysfile.close,
    "connect": sysnet.connect,
    "dup2": sysfile.dup2,
    "execve": sysproc.execve,
    "exit_group": sysproc.exit_group,
    "fchdir": sysplace.fchdir,
    "fcntl": sysfile.fcntl,
    "fstat": sysplace.fstat,
    "ftruncate": sysfile.ftruncate,
    "getcwd": sysplace.getcwd,
    "getdents": sysplace.getdents,
    "getgid": credentials.getgid,
    "getpid": credentials.getpid,
    "getppid": credentials.getppid,
    "getrandom": credentials.getrandom,
    "getsockname": sysnet.getsockname,
    "getsockopt": sysnet.getsockopt,
    "getuid": credentials.getuid,
    "kill": sysproc.kill,
    "lchown": sysplace.lchown,
    "lgetxattr": sysplace.lgetxattr,
    "link": sysname.link,
    "listen": sysnet.listen,
    "lseek": sysfile.lseek,
    "lsetxattr": sysplace.lsetxattr,
    "lstat": sysplace.lstat,
    "mkdir": sysname.mkdir,
    "mknod": sysname.mknod,
    "mmap": memory.mmap,
    "mount": sysmount.mount,
    "munmap": memory.munmap,
    "nanosleep": sysproc.nanosleep,
    "netlink": netlink.netlink,
    "open": sysfile.open_,
    "pipe": sysnet.pipe,
    "pivot_root": sysmount.pivot_root,
    "prctl": credentials.prctl,
    "read": sysfile.read,
    "readlink": sysplace.readlink,
    "rename": sysname.rename,
    "rmdir": sysname.rmdir,
    "setgid": credentials.setgid,
    "setgroups": credentials.setgroups,
    "sethostname": credentials.sethostname,
    "setns": sysproc.setns,
    "setsid": sysproc.setsid,
    "setsockopt": sysnet.setsockopt,
    "setuid": credentials.setuid,
    "shutdown": sysnet.shutdown,
    "sigaction": sysproc.sigaction,
    "socket": sysnet.socket,
    "socketpair": sysnet.socketpair,
    "stat": sysplace.stat,
    "statfs": sysplace.statfs,
    "symlink": sysname.symlink,
    "umount2": sysmount.umount2,
    "uname": credentials.uname,
    "unlink": sysname.unlink,
    "unshare": sysproc.unshare,
    "wait4": sysproc.wait4,
    "write": sysfile.write,
}


@dataclass(frozen=True)
class Event:
    """One system call that has returned."""

    tick: int  # its place in the log
    pid: int  # in the first pid namespace
    call: str
    arguments: str
    result: str  # a value, or the name of an error

    def __str__(self) -> str:
        """Write it as strace does."""
        return f"{self.call}({self.arguments}) = {self.result}"


class Kernel:
    """The machine below the system-call line."""

    def __init__(self, root: Directory, seed: str = "1", hostname: str = "host") -> None:
        self.system = System(seed, ending.start_thread)
        self.system.controllers = {v2.UNIFIED: "", **v1.HIERARCHIES}
        tops = [v2.Group(), *(v1.Group(name) for name in v1.HIERARCHIES)]
        self.system.hierarchies = {each.subsystem: each for each in tops}
        self.events: list[Event] = []
        self.watch: Callable[[Event], None] | None = None  # hears of each event
        self.console = Device(cached=True)
        namespaces = Namespaces.first(self.system.numbers, hostname)
        namespaces.mnt.boot(root, "ext4", "/dev/sda1")
        self.first = Process(self.system, namespaces, ["init"])
        place = Location(namespaces.mnt.base, Dentry("console", self.console))
        for number in range(3):
            console = OpenInode(self.console, Open.O_WRONLY, place)
            self.first.add_descriptor(console, close_on_exec=False, number=number)
        sysproc.register(self.first)
        self.first.session = self.first.group = self.first.pid
        self.system.networks.append(self.first.namespaces.net)
        for group in self.system.hierarchies.values():
            self.first.join(group)

    def install(
        self, content: bytes, main: Callable[[list[str], dict[str, str]], Awaitable[int]]
    ) -> None:
        """Say what executables with this content do; the status of `main` is the program's."""

        async def program(argv: list[str], env: dict[str, str]) -> None:
            self.call("exit_group", await main(argv, env))

        self.system.programs[content] = program

    def start(self, entry: Entry) -> Process:
        """Start a child of the first process."""
        thread = sysproc.create(self.first, Clone(0), entry)
        self.system.scheduler.ready.append(thread)
        return thread.process

    def switch_off(self) -> None:
        """Leave nothing that could still run when this machine is thrown away."""
        token = running_kernel.set(self)
        try:
            ending.switch_off(self.system)
        finally:
            running_kernel.reset(token)

    def run(
        self, until: Process | None = None, patience: Callable[[], bool] = lambda: True
    ) -> None:
        """Run until all processes sleep or have ended.

        Time stands still once `until` has ended, or when there is no patience any more.
        """

        def over() -> bool:
            return (until is not None and until.status is not None) or not patience()

        token = running_kernel.set(self)
        try:
            self.system.scheduler.run(over)
        finally:
            running_kernel.reset(token)

    def call(self, name: str, *arguments: Any) -> Any:
        """Do one system call for the process that runs and log it; await one that may sleep."""
        caller = running_process()
        if caller.status is not None:  # what its program still does while it is unwound
            raise Exited(caller.status)
        try:
            result = TABLE[name](caller, *arguments)
        except (KernelError, Exited, Replaced) as stopped:
            self._log(caller, name, arguments, stopped)
            raise
        if isawaitable(result):
            return self._finish(caller, name, arguments, result)
        self._log(caller, name, arguments, result)
        return result

    async def _finish(
        self, caller: Process, name: str, arguments: tuple[Any, ...], pending: Awaitable[Any]
    ) -> Any:
        try:
            result = await pending
        except (KernelError, Exited) as stopped:
            self._log(caller, name, arguments, stopped)
            raise
        self._log(caller, name, arguments, result)
        return result

    def _log(self, caller: Process, name: str, arguments: tuple[Any, ...], result: Any) -> None:
        shown = ", ".join(show(each) for each in arguments if not callable(each))
        event = Event(len(self.events), caller.pid, name, shown, _show_result(result))
        self.events.append(event)
        if self.watch is not None:
            self.watch(event)


running_kernel: ContextVar[Kernel] = ContextVar("running_kernel")


@lru_cache(maxsize=4096)  # the same paths are shown again and again
def shorten(text: str) -> str:
    """Leave only the beginning of long numbers in hex."""
    return re.sub(r"([0-9a-f]{12})[0-9a-f]{52}", r"\1", text)


def show(value: Any) -> str:
    """Write an argument or a result in short."""
    match value:
        case bytes():
            return show(value.decode("utf-8", "replace"))
        case str():
            text = shorten(value)
            return repr(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
        case Flag():
            return value.name or "0"
        case dict():
            return "{" + ", ".join(f"{key}={show(each)}" for key, each in value.items()) + "}"
        case frozenset():
            return f"{{{len(value)} capabilities}}"
        case list():
            return "[" + ", ".join(show(each) for each in value) + "]"
        case _:
            return str(value)


def _show_result(value: Any) -> str:
    match value:
        case KernelError():
            return value.name
        case None | Exited() | Replaced():
            return "0"
        case bytes():
            return str(len(value))
        case _:
            return show(value)
