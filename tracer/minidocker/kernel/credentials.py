"""Who a process is and what it may do: users, groups, capabilities."""

import errno

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import Process


def getpid(caller: Process) -> int:
    """Return the caller's pid as its own pid namespace counts."""
    return caller.own_pid


def setuid(caller: Process, uid: int) -> None:
    """Become another user; leaving uid 0 loses all capabilities unless they are kept."""
    if uid != caller.uid:
        caller.require("SETUID")
    if uid and not caller.keep_capabilities:
        caller.capabilities = frozenset()
    caller.uid = uid


def setgid(caller: Process, gid: int) -> None:
    """Change the group."""
    if gid != caller.gid:
        caller.require("SETGID")
    caller.gid = gid


def setgroups(caller: Process, groups: tuple[int, ...]) -> None:
    """Change the supplementary groups."""
    caller.require("SETGID")
    caller.groups = groups


def prctl(caller: Process, option: str, argument: str | int) -> None:
    """Drop one capability for good, or keep capabilities across setuid."""
    match option:
        case "PR_CAPBSET_DROP":
            caller.require("SETPCAP")
            caller.bounding -= {str(argument)}
        case "PR_SET_KEEPCAPS":
            caller.keep_capabilities = bool(argument)
        case _:
            raise KernelError(errno.EINVAL)


def capset(caller: Process, capabilities: frozenset[str]) -> None:
    """Keep only some capabilities; none can be added."""
    if not capabilities <= caller.capabilities:
        raise KernelError(errno.EPERM)
    caller.capabilities = capabilities


def sethostname(caller: Process, name: str) -> None:
    """Rename the host, for all processes of the caller's uts namespace."""
    caller.require("SYS_ADMIN")
    caller.namespaces.uts.hostname = name


def uname(caller: Process) -> str:
    """Return the host's name."""
    return caller.namespaces.uts.hostname


def getrandom(caller: Process, length: int) -> bytes:
    """Return random bytes."""
    return caller.system.random(length)
