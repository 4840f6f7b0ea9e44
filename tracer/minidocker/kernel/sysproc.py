"""The system calls on processes: clone, execve, wait, namespaces, signals, time."""

import errno
import posixpath
from enum import IntFlag

from tracer.minidocker.kernel import exit as ending
from tracer.minidocker.kernel import permissions, signals
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import KINDS, Clone, PidNamespace
from tracer.minidocker.kernel.openfiles import OpenInode
from tracer.minidocker.kernel.processes import (
    CAPABILITIES,
    Action,
    Entry,
    Exited,
    NamespaceFile,
    Process,
    Replaced,
    Thread,
    drop_namespaces,
    running_thread,
)
from tracer.minidocker.kernel.users import UserNamespace

LONGEST_NAME = 15


class WaitOptions(IntFlag):
    """How to wait."""

    WNOHANG = 1


def clone(caller: Process, flags: Clone, entry: Entry) -> int:
    """Make a child, which is next to run, and return its pid.

    With CLONE_NEWUSER the child has all capabilities in a user namespace that is new, and the
    other new namespaces belong to that one; else new namespaces need SYS_ADMIN.
    """
    if Clone.CLONE_NEWPID in flags and caller.for_children is not None:
        raise KernelError(errno.EINVAL)
    if (caller.for_children or caller.namespaces.pid).closed:
        raise KernelError(errno.ENOMEM)
    _check_population(caller)
    thread = create(caller, flags, entry)
    caller.system.scheduler.ready.appendleft(thread)
    return thread.process.numbers[caller.namespaces.pid]


def create(parent: Process, flags: Clone, entry: Entry) -> Thread:
    """Make a copy of a process that runs `entry` in namespaces of which some may be new."""
    child = Process(parent.system, parent.namespaces, list(parent.argv), parent, dict(parent.env))
    for each in ("name", "program", "program_place", "cwd", "root", "session", "group"):
        setattr(child, each, getattr(parent, each))
    for each in ("uid", "gid", "groups", "capabilities", "permitted", "bounding", "dumpable"):
        setattr(child, each, getattr(parent, each))
    _enter_new(child, flags)
    if parent.for_children:
        child.namespaces = child.namespaces.joining("pid", parent.for_children)
    child.actions = dict(parent.actions)
    for number, descriptor in parent.descriptors.items():
        child.add_descriptor(descriptor.file, close_on_exec=descriptor.close_on_exec, number=number)
    register(child)
    for group in parent.cgroups.values():
        child.join(group)
    return ending.begin(child, entry)


def register(process: Process) -> None:
    """Give a process its number in its pid namespace and in all outer ones."""
    for namespace in process.namespaces.pid.lineage():
        process.numbers[namespace] = namespace.next_pid()
    for namespace, number in process.numbers.items():
        namespace.pids[number] = process.pid
    process.system.processes[process.pid] = process
    process.started = process.system.scheduler.now


def unshare(caller: Process, flags: Clone) -> None:
    """Move the caller into new namespaces; of pids, only its later children."""
    if Clone.CLONE_NEWUSER in flags and len(caller.threads) > 1:
        raise KernelError(errno.EINVAL)
    if Clone.CLONE_NEWPID in flags and caller.for_children is not None:
        raise KernelError(errno.EINVAL)
    before = caller.namespaces
    _enter_new(caller, flags)
    if Clone.CLONE_NEWPID in flags:
        caller.for_children = caller.namespaces.pid
        caller.namespaces = caller.namespaces.joining("pid", before.pid)
    drop_namespaces(caller.system)


def setns(caller: Process, number: int, kind: Clone) -> None:
    """Join the namespace of which a file is open, if it is of that kind (none: any)."""
    file = caller.open_file(number)
    if not isinstance(file, OpenInode) or not isinstance(file.file, NamespaceFile):
        raise KernelError(errno.EINVAL)
    name, namespace = file.file.kind, file.file.namespace
    if kind and kind != KINDS[name]:
        raise KernelError(errno.EINVAL)
    if isinstance(namespace, UserNamespace):
        _join_users(caller, namespace)
        return
    caller.require("SYS_ADMIN", caller.owner_of(namespace))
    caller.require("SYS_ADMIN", caller.namespaces.user)
    if isinstance(namespace, PidNamespace):
        if caller.namespaces.pid not in namespace.lineage():
            raise KernelError(errno.EINVAL)
        caller.for_children = None if namespace is caller.namespaces.pid else namespace
        return
    if name == "mnt":
        caller.require("SYS_CHROOT", caller.namespaces.user)
    caller.namespaces = caller.namespaces.joining(name, namespace)
    if name == "mnt":
        caller.root = caller.cwd = caller.namespaces.mnt.top
    drop_namespaces(caller.system)


def execve(caller: Process, path: str, argv: list[str], env: dict[str, str]) -> None:
    """Replace the caller's program, and with it all its other threads; does not return."""
    place = caller.resolve(path)
    permissions.require(caller, place.present, permissions.EXECUTE)
    file = place.executable()
    if file.read() not in caller.system.programs:
        raise KernelError(errno.ENOEXEC)
    ending.stop_threads(caller, but=running_thread())
    caller.argv, caller.env = list(argv), dict(env)
    caller.name = posixpath.basename(path)[:LONGEST_NAME]
    caller.program, caller.program_place = file, place.location
    root = caller.namespaces.user.find("uid", caller.uid) == 0
    caller.capabilities = caller.permitted = caller.bounding if root else frozenset()
    caller.keep_capabilities, caller.dumpable = False, True
    caller.actions = {signal: each for signal, each in caller.actions.items() if each == "SIG_IGN"}
    caller.release_memory()
    for number in [each for each, one in caller.descriptors.items() if one.close_on_exec]:
        caller.close(number)

    async def entry() -> None:
        if not file.cached:
            await caller.system.scheduler.idle  # paging in is slow: whoever can run does so first
            file.cached = True
        await caller.system.programs[file.read()](list(argv), dict(env))

    raise Replaced(entry)


def exit_group(caller: Process, status: int) -> None:
    """End the caller with all its threads; does not return."""
    del caller
    raise Exited(status & 0xFF)


async def wait4(caller: Process, pid: int, options: int) -> tuple[int, int]:
    """Sleep until a child has ended, forget it, and return its pid and status.

    -1 stands for any child, 0 for those of the caller's process group, -N for those of group N.
    """
    while True:
        wanted = [each for each in caller.system.children(caller) if _is_meant(caller, each, pid)]
        if not wanted:
            raise KernelError(errno.ECHILD)
        for child in wanted:
            if child.status is not None:
                ending.forget(child)
                return child.numbers.get(caller.namespaces.pid, 0), child.status
        if options & WaitOptions.WNOHANG:
            return 0, 0
        await caller.child_ended


def kill(caller: Process, pid: int, signal: int) -> None:
    """Send a signal to a process, or (0, -N) to a group, or (-1) to all; signal 0 only asks."""
    if pid > 0:
        receivers = [caller.find(pid)]
    else:
        everyone = [caller.find(each) for each in sorted(caller.namespaces.pid.pids)]
        receivers = [each for each in everyone if _is_meant(caller, each, pid)]
        if pid == -1:
            receivers = [
                each for each in receivers if each is not caller and not _first(caller, each)
            ]
    if not receivers:
        raise KernelError(errno.ESRCH)
    if signal:
        signals.check_number(signal)
    allowed = [each for each in receivers if signals.may_signal(caller, each, signal)]
    if not allowed:
        raise KernelError(errno.EPERM)
    for each in allowed if signal else ():
        signals.send(each, signal, caller)
    ending.act_on_signals(caller)


def sigaction(caller: Process, signal: int, action: Action) -> None:
    """Say what a signal does: "SIG_DFL", "SIG_IGN", or an async function of the signal's number.

    Such a function runs as one more coroutine of the process, beside the others.
    """
    signals.set_action(caller, signal, action)


def setsid(caller: Process) -> int:
    """Start a session and a process group; a leader of a group cannot."""
    if any(each.group == caller.pid for each in caller.system.processes.values()):
        raise KernelError(errno.EPERM)
    caller.session = caller.group = caller.pid
    return caller.own_pid


async def nanosleep(caller: Process, seconds: float) -> None:
    """Sleep; the machine's time moves on when everybody sleeps."""
    if seconds < 0:
        raise KernelError(errno.EINVAL)
    await caller.system.scheduler.sleep(seconds)


def _enter_new(process: Process, flags: Clone) -> None:
    """Put a process into new namespaces."""
    user = process.namespaces.user
    if Clone.CLONE_NEWUSER in flags:
        if user.find("uid", process.uid) is None or process.root != process.namespaces.mnt.top:
            raise KernelError(errno.EPERM)
        user = UserNamespace(next(process.system.numbers), user, process.uid)
    elif flags:
        process.require("SYS_ADMIN", user)
    process.namespaces = process.namespaces.unshare(flags, process.system.numbers)
    process.namespaces = process.namespaces.joining("user", user)
    for name, flag in KINDS.items():
        if flag in flags:
            process.system.owners[process.namespaces.of(name).number] = user
    if Clone.CLONE_NEWNET in flags:
        process.system.networks.append(process.namespaces.net)
    if Clone.CLONE_NEWNS in flags:
        table = process.namespaces.mnt
        process.system.tables.append(table)
        process.root, process.cwd = map(table.counterpart, (process.root, process.cwd))
    if Clone.CLONE_NEWUSER in flags:
        process.capabilities = process.permitted = process.bounding = CAPABILITIES


def _join_users(caller: Process, namespace: UserNamespace) -> None:
    if namespace is caller.namespaces.user or len(caller.threads) > 1:
        raise KernelError(errno.EINVAL)
    caller.require("SYS_ADMIN", namespace)
    caller.namespaces = caller.namespaces.joining("user", namespace)
    caller.capabilities = caller.permitted = caller.bounding = CAPABILITIES


def _check_population(caller: Process) -> None:
    for group in caller.cgroups.values():
        for each in group.lineage():
            if each.population() >= each.values.most_processes:
                each.values.refused_forks += 1
                raise KernelError(errno.EAGAIN)


def _is_meant(caller: Process, process: Process, pid: int) -> bool:
    if pid == -1:
        return True
    if pid > 0:
        return process.numbers.get(caller.namespaces.pid) == pid
    leader = caller.group if pid == 0 else caller.namespaces.pid.pids.get(-pid, -pid)
    return process.group == leader


def _first(caller: Process, process: Process) -> bool:
    return process.numbers[caller.namespaces.pid] == 1
