"""Signals: their numbers, what they do when nobody has said otherwise, and who may send them.

Sending only notes the signal and wakes the receiver's courier (see `exit.deliver`), which acts on
it when it next runs. A frozen receiver acts on it when it is thawed.
Not modelled: masks, queues of realtime signals, calls that end early with EINTR.
"""

import errno
from enum import IntEnum

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import Action, Process

LAST = 64
SIG_DFL, SIG_IGN = "SIG_DFL", "SIG_IGN"


class Signal(IntEnum):
    """The numbers of x86."""

    SIGHUP = 1
    SIGINT = 2
    SIGQUIT = 3
    SIGILL = 4
    SIGTRAP = 5
    SIGABRT = 6
    SIGBUS = 7
    SIGFPE = 8
    SIGKILL = 9
    SIGUSR1 = 10
    SIGSEGV = 11
    SIGUSR2 = 12
    SIGPIPE = 13
    SIGALRM = 14
    SIGTERM = 15
    SIGSTKFLT = 16
    SIGCHLD = 17
    SIGCONT = 18
    SIGSTOP = 19
    SIGTSTP = 20
    SIGTTIN = 21
    SIGTTOU = 22
    SIGURG = 23
    SIGXCPU = 24
    SIGXFSZ = 25
    SIGVTALRM = 26
    SIGPROF = 27
    SIGWINCH = 28
    SIGIO = 29
    SIGPWR = 30
    SIGSYS = 31


STOPPING = (Signal.SIGSTOP, Signal.SIGTSTP, Signal.SIGTTIN, Signal.SIGTTOU)
HARMLESS = (Signal.SIGCHLD, Signal.SIGCONT, Signal.SIGURG, Signal.SIGWINCH)
COREDUMPING = (
    3,
    4,
    5,
    6,
    7,
    8,
    11,
    24,
    25,
    31,
)  # signal(7); they take longer, so freezing holds them
FORCED = (Signal.SIGKILL, Signal.SIGSTOP)  # nobody can catch or ignore these


def check_number(signal: int) -> None:
    """Refuse what is no signal."""
    if not 0 < signal <= LAST:
        raise KernelError(errno.EINVAL)


def set_action(process: Process, signal: int, action: Action) -> None:
    """Say what a signal does to a process from now on."""
    check_number(signal)
    if signal in FORCED or (isinstance(action, str) and action not in (SIG_DFL, SIG_IGN)):
        raise KernelError(errno.EINVAL)
    process.actions[signal] = action
    if _is_ignored(process, signal):
        _withdraw(process, signal)


def may_signal(sender: Process, receiver: Process, signal: int) -> bool:
    """Say whether the sender has the same user, or the capability, or continues its session."""
    return (
        sender.uid == receiver.uid
        or sender.is_capable("KILL", receiver.namespaces.user)
        or (signal == Signal.SIGCONT and sender.session == receiver.session)
    )


def send(process: Process, signal: int, sender: Process | None) -> None:
    """Give a process a signal; without a sender it comes from the kernel itself."""
    if process.status is not None:
        return
    from_outside = sender is None or process.namespaces.pid not in sender.numbers
    refused = _is_refused(process, signal, from_outside=from_outside)
    if signal in STOPPING:
        _withdraw(process, Signal.SIGCONT)
    if signal == Signal.SIGCONT or (signal == Signal.SIGKILL and not refused):
        _withdraw(process, *STOPPING)
        process.stopped = False
    if not refused and not _is_ignored(process, signal) and signal not in process.pending:
        process.pending.append(signal)
        process.doomed |= _is_deadly(process, signal)
        process.signalled.wake()
    process.thaw()


def _withdraw(process: Process, *signals: int) -> None:
    process.pending = [each for each in process.pending if each not in signals]


def take(process: Process) -> int | None:
    """Take the pending signal that acts first: SIGKILL, then the lowest number."""
    if not process.pending:
        return None
    signal = Signal.SIGKILL if Signal.SIGKILL in process.pending else min(process.pending)
    process.pending.remove(signal)
    return signal


def _is_ignored(process: Process, signal: int) -> bool:
    action = process.actions.get(signal, SIG_DFL)
    return action == SIG_IGN or (action == SIG_DFL and signal in HARMLESS)


def _is_deadly(process: Process, signal: int) -> bool:
    """Say whether a signal ends the process whatever else happens."""
    if signal == Signal.SIGKILL:
        return True
    unasked = process.actions.get(signal, SIG_DFL) == SIG_DFL
    return unasked and not process.stopped and signal not in (*STOPPING, *COREDUMPING)


def _is_refused(process: Process, signal: int, *, from_outside: bool) -> bool:
    """The first process of a pid namespace gets from inside only what it has asked for."""
    unasked = process.actions.get(signal, SIG_DFL) == SIG_DFL
    return process.is_init and unasked and not (from_outside and signal in FORCED)
