"""The system calls of `tracer.minidocker.syscall`, done by the machine's own kernel.

Nothing awaits here: a call that sleeps sleeps in the kernel, so that a coroutine runs from start
to end in one go (`complete`). A child is a real process, made with the raw clone(2).
"""

import ctypes
import os
import signal as signals
import socket as sockets
import stat as stats
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from linux import rtnetlink
from linux.flags import CLONE, MOUNT, NUMBERS, PRCTL, bits
from linux.sequence import CAPABILITIES

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Mode, Open, Stat
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone

Entry = Callable[[], Awaitable[None]]
LIBC = ctypes.CDLL(None, use_errno=True)
KINDS = (
    (stats.S_ISDIR, "directory"),
    (stats.S_ISREG, "file"),
    (stats.S_ISLNK, "symlink"),
    (stats.S_ISSOCK, "socket"),
    (stats.S_ISFIFO, "fifo"),
)


regions: list[tuple[int, int]] = []  # address and length of what was mapped


def complete(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never really waits, and return its result."""
    try:
        coroutine.send(None)
    except StopIteration as stopped:
        return stopped.value
    raise RuntimeError("a call on the real kernel gave control away")


def run_to_the_end(entry: Entry) -> None:
    """Be a process: run `entry` and exit, with 70 when it breaks."""
    try:
        complete(entry())  # type: ignore[arg-type]
        os._exit(0)
    except BaseException:  # noqa: BLE001  a child must never return into its parent's program
        traceback.print_exc()
        os._exit(70)


# Processes.


async def clone(flags: Clone, entry: Entry) -> int:
    ctypes.pythonapi.PyOS_BeforeFork()
    raw = ctypes.PyDLL(None, use_errno=True).syscall
    pid = raw(NUMBERS["clone"], bits(flags, CLONE) | signals.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        run_to_the_end(entry)
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    return checked(pid)


def unshare(flags: Clone) -> None:
    checked(LIBC.unshare(bits(flags, CLONE)))


def setns(number: int, kind: Clone = Clone(0)) -> None:  # noqa: B008
    checked(LIBC.setns(number, bits(kind, CLONE)))


def execve(path: str, argv: list[str], env: dict[str, str]) -> None:
    done(os.execve, path, argv, env)


def exit_group(status: int) -> None:
    os._exit(status)


async def wait4(pid: int, options: Any = None) -> tuple[int, int]:
    pid, status = done(os.waitpid, pid, os.WNOHANG if options else 0)
    return pid, os.waitstatus_to_exitcode(status)


def kill(pid: int, signal: int) -> None:
    done(os.kill, pid, signal)


def sigaction(signal: int, action: Any) -> None:
    chosen = {"SIG_DFL": signals.SIG_DFL, "SIG_IGN": signals.SIG_IGN}.get(
        action, lambda number, _: complete(action(number))
    )
    done(signals.signal, signal, chosen)


async def nanosleep(seconds: float) -> None:
    time.sleep(seconds)  # noqa: ASYNC251  nobody else waits in this process


def mmap(length: int) -> None:
    LIBC.mmap.restype = ctypes.c_void_p
    address = LIBC.mmap(None, ctypes.c_size_t(length), 3, 0x22, -1, ctypes.c_long(0))
    ctypes.memset(address, 1, length)
    regions.append((address, length))


def munmap(length: int) -> None:
    address, whole = regions.pop()
    assert whole == length
    checked(LIBC.munmap(ctypes.c_void_p(address), ctypes.c_size_t(length)))


def setsid() -> None:
    done(os.setsid)


getpid, getppid, getuid, getgid = os.getpid, os.getppid, os.getuid, os.getgid


# Who a process is.


def setuid(uid: int) -> None:
    done(os.setuid, uid)


def setgid(gid: int) -> None:
    done(os.setgid, gid)


def setgroups(groups: tuple[int, ...]) -> None:
    done(os.setgroups, groups)


def prctl(option: str, argument: str | int) -> None:
    number = CAPABILITIES.index(argument) if argument in CAPABILITIES else argument
    value = number.encode() if isinstance(number, str) else ctypes.c_ulong(int(number))
    checked(LIBC.prctl(PRCTL[option], value, 0, 0, 0))


def capset(capabilities: frozenset[str]) -> None:
    mask = sum(1 << CAPABILITIES.index(each) for each in capabilities)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(mask, mask, 0, 0, 0, 0)
    checked(LIBC.capset(header, data))


def sethostname(name: str) -> None:
    done(sockets.sethostname, name)


def uname() -> str:
    return os.uname().nodename


# Files.


def open_(path: str, flags: Open = Open(0)) -> int:  # noqa: B008
    chosen = 0
    for flag in flags:
        chosen |= getattr(os, str(flag.name))
    return int(done(os.open, path, chosen | os.O_CLOEXEC, 0o644))


async def read(number: int) -> bytes:
    return bytes(done(os.read, number, 1 << 16))


def write(number: int, data: bytes) -> int:
    return int(done(os.write, number, data))


def close(number: int) -> None:
    done(os.close, number)


def dup2(number: int, new_number: int) -> int:
    return int(done(os.dup2, number, new_number))


def fcntl(number: int, command: str, argument: str) -> None:
    assert (command, argument) == ("F_SETFD", "FD_CLOEXEC")
    done(os.set_inheritable, number, inheritable=False)


def lseek(number: int, offset: int) -> int:
    return int(done(os.lseek, number, offset, os.SEEK_SET))


def ftruncate(number: int, length: int) -> None:
    done(os.ftruncate, number, length)


def mkdir(path: str, mode: int = 0o755) -> None:
    done(os.mkdir, path, mode)


def rmdir(path: str) -> None:
    done(os.rmdir, path)


def unlink(path: str) -> None:
    done(os.unlink, path)


def rename(old: str, new: str) -> None:
    done(os.rename, old, new)


def link(old: str, new: str) -> None:
    done(os.link, old, new)


def symlink(target: str, path: str) -> None:
    done(os.symlink, target, path)


def readlink(path: str) -> str:
    return str(done(os.readlink, path))


def chmod(path: str, mode: int) -> None:
    done(os.chmod, path, mode)


def chown(path: str, uid: int, gid: int) -> None:
    done(os.chown, path, uid, gid)


def mknod(path: str, device: str = "c 1:3") -> None:
    _, _, numbers = device.partition(" ")
    major, minor = map(int, numbers.split(":"))
    done(os.mknod, path, stats.S_IFCHR | 0o666, os.makedev(major, minor))


def stat(path: str) -> Stat:
    return shown(done(os.stat, path))


def lstat(path: str) -> Stat:
    return shown(done(os.lstat, path))


def shown(found: os.stat_result) -> Stat:
    """Put a result of stat(2) into our own form."""
    kind = next((word for is_kind, word in KINDS if is_kind(found.st_mode)), "device")
    letter = {stats.S_IFCHR: "c ", stats.S_IFBLK: "b "}.get(stats.S_IFMT(found.st_mode), "")
    return Stat(
        kind=kind,
        mode=Mode(stats.S_IMODE(found.st_mode)),
        uid=found.st_uid,
        gid=found.st_gid,
        size=found.st_size,
        inode=found.st_ino,
        device=_device(found.st_dev),
        links=found.st_nlink,
        node=letter + _device(found.st_rdev) if letter else "",
    )


def _device(number: int) -> str:
    return f"{os.major(number)}:{os.minor(number)}"


def getdents(path: str) -> list[str]:
    return sorted(done(os.listdir, path))


def chdir(path: str) -> None:
    done(os.chdir, path)


def fchdir(number: int) -> None:
    done(os.fchdir, number)


def chroot(path: str) -> None:
    done(os.chroot, path)


def getcwd() -> str:
    return str(done(os.getcwd))


# Mounts.


def mount(
    source: str,
    target: str,
    kind: str,
    flags: MountFlag = MountFlag(0),  # noqa: B008
    options: str = "",
) -> None:
    names = [each.encode() for each in (source, target, kind)]
    checked(LIBC.mount(*names, ctypes.c_ulong(bits(flags, MOUNT)), options.encode()))


def umount2(target: str, flags: MountFlag = MountFlag(0)) -> None:  # noqa: B008
    checked(LIBC.umount2(target.encode(), bits(flags, MOUNT)))


def pivot_root(new_root: str, put_old: str) -> None:
    checked(LIBC.syscall(NUMBERS["pivot_root"], new_root.encode(), put_old.encode()))


# Sockets.


def socket(family: str) -> int:
    families = {"unix": sockets.AF_UNIX, "inet": sockets.AF_INET, "netlink": sockets.AF_NETLINK}
    kind = sockets.SOCK_RAW if family == "netlink" else sockets.SOCK_STREAM
    return int(done(sockets.socket, families[family], kind).detach())


def bind(number: int, address: Any) -> None:
    with_socket(number, lambda one: one.bind(address))


def listen(number: int) -> None:
    with_socket(number, lambda one: one.listen(5))


async def accept(number: int) -> int:
    return int(with_socket(number, lambda one: one.accept()[0].detach()))


async def connect(number: int, address: Any) -> None:
    with_socket(number, lambda one: one.connect(address))


def shutdown(number: int) -> None:
    with_socket(number, lambda one: one.shutdown(sockets.SHUT_WR))


def socketpair() -> tuple[int, int]:
    here, there = done(sockets.socketpair)
    return here.detach(), there.detach()


def pipe() -> tuple[int, int]:
    reader, writer = done(os.pipe)
    return reader, writer


def netlink(request: str, name: str, /, **attributes: Any) -> Any:
    return done(rtnetlink.ask, request, name, attributes)


# From Python's errors and flags to the kernel's.


def checked(result: int) -> int:
    """Raise the error of a C function that returned -1."""
    if result == -1:
        raise KernelError(ctypes.get_errno())
    return result


def done(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call one of Python's own functions; its error becomes ours."""
    try:
        return function(*arguments, **named)
    except OSError as error:
        raise KernelError(error.errno or 0) from None


def with_socket(number: int, use: Callable[[sockets.socket], Any]) -> Any:
    """Use a descriptor as one of Python's sockets, and leave it open."""
    one = done(sockets.socket, fileno=number)
    try:
        return done(use, one)
    finally:
        one.detach()
