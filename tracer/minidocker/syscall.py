"""The whole kernel interface on one page, as a program sees it: each function is one system call.

Calls that may sleep are awaited. A refused call raises `KernelError`.
"""

from typing import Any

from tracer.minidocker.kernel.files import Mode, Open, Stat
from tracer.minidocker.kernel.kernel import running_kernel
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.netfilter import Table
from tracer.minidocker.kernel.processes import Action, Entry
from tracer.minidocker.kernel.sockets import Address
from tracer.minidocker.kernel.sysproc import WaitOptions

READ, NO_FLAGS = Open(0), MountFlag(0)
ANY_KIND, WNOHANG = Clone(0), WaitOptions.WNOHANG


def _call(name: str, *arguments: Any) -> Any:
    return running_kernel.get().call(name, *arguments)


async def clone(flags: Clone, entry: Entry) -> int:
    """Make a child that runs `entry`, and let it run first."""
    result: int = _call("clone", flags, entry)
    await running_kernel.get().system.scheduler.let_first_run()
    return result


def execve(path: str, argv: list[str], env: dict[str, str]) -> None:
    """Become another program."""
    _call("execve", path, argv, env)


def exit_group(status: int) -> None:
    """End."""
    _call("exit_group", status)


async def wait4(pid: int, options: int = 0) -> tuple[int, int]:
    """Wait for a child; return its pid and status (of a signal: minus its number)."""
    result: tuple[int, int] = await _call("wait4", pid, options)
    return result


def unshare(flags: Clone) -> None:
    """Move into new namespaces."""
    _call("unshare", flags)


def setns(number: int, kind: Clone = ANY_KIND) -> None:
    """Move into the namespace of an open file."""
    _call("setns", number, kind)


def kill(pid: int, signal: int) -> None:
    """Send a signal."""
    _call("kill", pid, signal)


def sigaction(signal: int, action: Action) -> None:
    """Handle a signal: "SIG_DFL", "SIG_IGN", or an async function that gets its number."""
    _call("sigaction", signal, action)


async def nanosleep(seconds: float) -> None:
    """Sleep; time moves on only when everybody sleeps."""
    await _call("nanosleep", seconds)


def mmap(length: int) -> None:
    """Take memory."""
    _call("mmap", length)


def munmap(length: int) -> None:
    """Give memory back."""
    _call("munmap", length)


def setsid() -> int:
    """Start a session."""
    result: int = _call("setsid")
    return result


def chroot(path: str) -> None:
    """Change the root."""
    _call("chroot", path)


def getpid() -> int:
    """Return the own pid."""
    result: int = _call("getpid")
    return result


def getppid() -> int:
    """Return the parent's pid."""
    result: int = _call("getppid")
    return result


def getuid() -> int:
    """Return the user."""
    result: int = _call("getuid")
    return result


def getgid() -> int:
    """Return the group."""
    result: int = _call("getgid")
    return result


def setuid(uid: int) -> None:
    """Become a user."""
    _call("setuid", uid)


def setgid(gid: int) -> None:
    """Become a group."""
    _call("setgid", gid)


def setgroups(groups: tuple[int, ...]) -> None:
    """Join groups."""
    _call("setgroups", groups)


def prctl(option: str, argument: str | int) -> int:
    """Change what the process is: see `credentials.prctl`."""
    result: int = _call("prctl", option, argument)
    return result


def capset(capabilities: frozenset[str]) -> None:
    """Give capabilities up."""
    _call("capset", capabilities)


def sethostname(name: str) -> None:
    """Rename the host."""
    _call("sethostname", name)


def uname() -> str:
    """Return the host's name."""
    result: str = _call("uname")
    return result


def getrandom(length: int) -> bytes:
    """Return random bytes."""
    result: bytes = _call("getrandom", length)
    return result


def open_(path: str, flags: Open = READ, mode: int = 0o644) -> int:
    """Open a file or a directory; `mode` is for a new file."""
    new = (Mode(mode),) if Open.O_CREAT in flags else ()
    result: int = _call("open", path, flags, *new)
    return result


async def read(number: int) -> bytes:
    """Read what is there; nothing means end of file."""
    result: bytes = await _call("read", number)
    return result


def write(number: int, data: bytes) -> int:
    """Write."""
    result: int = _call("write", number, data)
    return result


def close(number: int) -> None:
    """Close a descriptor."""
    _call("close", number)


def dup2(number: int, new_number: int) -> int:
    """Copy a descriptor."""
    result: int = _call("dup2", number, new_number)
    return result


def fcntl(number: int, command: str, argument: str) -> None:
    """Mark a descriptor."""
    _call("fcntl", number, command, argument)


def lseek(number: int, offset: int) -> int:
    """Move the offset of an open file."""
    result: int = _call("lseek", number, offset)
    return result


def ftruncate(number: int, length: int) -> None:
    """Set the length of an open file."""
    _call("ftruncate", number, length)


def mkdir(path: str, mode: int = 0o755) -> None:
    """Make a directory."""
    _call("mkdir", path, Mode(mode))


def rmdir(path: str) -> None:
    """Remove an empty directory."""
    _call("rmdir", path)


def unlink(path: str) -> None:
    """Remove a file."""
    _call("unlink", path)


def rename(old: str, new: str) -> None:
    """Give a file or directory another name in the same mount."""
    _call("rename", old, new)


def link(old: str, new: str) -> None:
    """Give a file a second name."""
    _call("link", old, new)


def symlink(target: str, path: str) -> None:
    """Make a symbolic link."""
    _call("symlink", target, path)


def readlink(path: str) -> str:
    """Return where a symbolic link leads."""
    result: str = _call("readlink", path)
    return result


def mknod(path: str, device: str = "c 1:3", mode: int = 0o666) -> None:
    """Make a device node, or with "p" a named pipe."""
    _call("mknod", path, device, Mode(mode))


def chmod(path: str, mode: int) -> None:
    """Change permission bits."""
    _call("chmod", path, Mode(mode))


def chown(path: str, uid: int, gid: int) -> None:
    """Change owner and group; -1 leaves one as it is."""
    _call("chown", path, uid, gid)


def lchown(path: str, uid: int, gid: int) -> None:
    """Change owner and group, of a symbolic link those of the link itself."""
    _call("lchown", path, uid, gid)


def stat(path: str) -> Stat:
    """Describe what a path leads to."""
    result: Stat = _call("stat", path)
    return result


def lstat(path: str) -> Stat:
    """Describe what a path leads to, or the symbolic link that it is."""
    result: Stat = _call("lstat", path)
    return result


def fstat(number: int) -> Stat:
    """Describe what is open."""
    result: Stat = _call("fstat", number)
    return result


def statfs(path: str) -> str:
    """Return the kind of the file system that a path lies in."""
    result: str = _call("statfs", path)
    return result


def lsetxattr(path: str, name: str, value: bytes) -> None:
    """Give an inode an extended attribute."""
    _call("lsetxattr", path, name, value)


def lgetxattr(path: str, name: str) -> bytes:
    """Return an extended attribute."""
    result: bytes = _call("lgetxattr", path, name)
    return result


def getdents(path: str) -> list[str]:
    """List a directory."""
    result: list[str] = _call("getdents", path)
    return result


def chdir(path: str) -> None:
    """Go to a directory."""
    _call("chdir", path)


def fchdir(number: int) -> None:
    """Go to a directory that is held open."""
    _call("fchdir", number)


def getcwd() -> str:
    """Return the working directory."""
    result: str = _call("getcwd")
    return result


def mount(
    source: str, target: str, kind: str, flags: MountFlag = NO_FLAGS, options: str = ""
) -> None:
    """Mount."""
    _call("mount", source, target, kind, flags, options)


def umount2(target: str, flags: MountFlag = NO_FLAGS) -> None:
    """Unmount."""
    _call("umount2", target, flags)


def pivot_root(new_root: str, put_old: str) -> None:
    """Exchange the root."""
    _call("pivot_root", new_root, put_old)


def socket(family: str) -> int:
    """Make a socket: "unix" or "inet"."""
    result: int = _call("socket", family)
    return result


def bind(number: int, address: Address) -> None:
    """Give a socket its address: a path, or an address and a port."""
    _call("bind", number, address)


def listen(number: int) -> None:
    """Let others connect."""
    _call("listen", number)


async def accept(number: int) -> int:
    """Take a connection."""
    result: int = await _call("accept", number)
    return result


async def connect(number: int, address: Address) -> None:
    """Connect to whoever listens there."""
    await _call("connect", number, address)


def socketpair() -> tuple[int, int]:
    """Make two connected sockets."""
    result: tuple[int, int] = _call("socketpair")
    return result


def pipe() -> tuple[int, int]:
    """Make a pipe."""
    result: tuple[int, int] = _call("pipe")
    return result


def shutdown(number: int) -> None:
    """Send end of file."""
    _call("shutdown", number)


def getsockname(number: int) -> Address:
    """Return a socket's address."""
    result: Address = _call("getsockname", number)
    return result


def getsockopt(number: int, option: str, table: str) -> Table:
    """Read a table of the packet filter."""
    result: Table = _call("getsockopt", number, option, table)
    return result


def setsockopt(number: int, option: str, table: str, value: Table) -> None:
    """Replace a table of the packet filter."""
    _call("setsockopt", number, option, table, value)


def netlink(request: str, name: str, /, **attributes: Any) -> list[dict[str, Any]]:
    """Change an interface, its addresses or routes, or list them (RTM_GET…)."""
    result: list[dict[str, Any]] | None = _call("netlink", request, name, attributes)
    return result or []
