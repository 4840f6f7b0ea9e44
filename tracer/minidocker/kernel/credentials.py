"""Who a process is and what it may do: users, groups, capabilities."""

import errno

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import CAPABILITIES, Process
from tracer.minidocker.kernel.signals import LAST

LONGEST_NAME = 15
LONGEST_HOSTNAME = 64


def getpid(caller: Process) -> int:
    """Return the caller's pid as its own pid namespace counts."""
    return caller.own_pid


def getppid(caller: Process) -> int:
    """Return the parent's pid; 0 if the caller's pid namespace does not know the parent."""
    return caller.parent.numbers.get(caller.namespaces.pid, 0) if caller.parent else 0


def getuid(caller: Process) -> int:
    """Return the user as the caller's user namespace counts."""
    return caller.namespaces.user.shown("uid", caller.uid)


def getgid(caller: Process) -> int:
    """Return the group as the caller's user namespace counts."""
    return caller.namespaces.user.shown("gid", caller.gid)


def setuid(caller: Process, uid: int) -> None:
    """Become another user; with uid 0 go all capabilities.

    With PR_SET_KEEPCAPS they stay permitted, and capset can make them effective again.
    """
    user = caller.namespaces.user
    number = user.to_kernel("uid", uid)
    if number != caller.uid:
        caller.require("SETUID")
        caller.change_rights()
    was_root = user.find("uid", caller.uid) == 0
    if was_root and uid:
        caller.capabilities = frozenset()
        caller.permitted = caller.permitted if caller.keep_capabilities else frozenset()
    elif uid == 0 and not was_root:
        caller.capabilities = caller.permitted
    caller.uid = number


def setgid(caller: Process, gid: int) -> None:
    """Change the group."""
    number = caller.namespaces.user.to_kernel("gid", gid)
    if number != caller.gid:
        caller.require("SETGID")
        caller.change_rights()
    caller.gid = number


def setgroups(caller: Process, groups: tuple[int, ...]) -> None:
    """Change the supplementary groups, if the user namespace has any and lets it."""
    caller.require("SETGID")
    user = caller.namespaces.user
    if not user.may_setgroups or not user.maps["gid"].extents:
        raise KernelError(errno.EPERM)
    caller.groups = tuple(user.to_kernel("gid", each) for each in groups)


def prctl(caller: Process, option: str, argument: str | int) -> int:
    """Change what a process is: its name, its capabilities, the signal of its parent's death.

    PR_GET_PDEATHSIG returns that signal, where C's call writes it to an address.
    """
    match option, argument:
        case "PR_GET_PDEATHSIG", 0:
            return caller.death_signal
        case "PR_CAPBSET_DROP", str():
            caller.require("SETPCAP")
            if argument not in CAPABILITIES:
                raise KernelError(errno.EINVAL)
            caller.bounding -= {argument}
        case "PR_SET_KEEPCAPS", 0 | 1:
            caller.keep_capabilities = bool(argument)
        case "PR_SET_DUMPABLE", 0 | 1:
            caller.dumpable = bool(argument)
        case "PR_SET_NAME", str():
            caller.name = argument[:LONGEST_NAME]
        case "PR_SET_PDEATHSIG", int() if 0 <= argument <= LAST:
            caller.death_signal = argument
        case _:
            raise KernelError(errno.EINVAL)
    return 0


def capset(caller: Process, capabilities: frozenset[str]) -> None:
    """Make these capabilities effective and permitted, of those that were permitted."""
    if not capabilities <= caller.permitted:
        raise KernelError(errno.EPERM)
    caller.capabilities = caller.permitted = capabilities


def sethostname(caller: Process, name: str) -> None:
    """Rename the host, for all processes of the caller's uts namespace."""
    caller.require("SYS_ADMIN", caller.owner_of(caller.namespaces.uts))
    if len(name) > LONGEST_HOSTNAME:
        raise KernelError(errno.EINVAL)
    caller.namespaces.uts.hostname = name


def uname(caller: Process) -> str:
    """Return the host's name."""
    return caller.namespaces.uts.hostname


def getrandom(caller: Process, length: int) -> bytes:
    """Return random bytes."""
    return caller.system.random(length)
