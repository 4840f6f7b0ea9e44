"""How processes end: by themselves, by a signal, or with the first of their pid namespace.

Whoever ends leaves a status for its parent; its children get the first process of its pid
namespace as their parent. With that first process, all others of the namespace are killed; those
that are frozen too, where Linux would wait until they are thawed.
"""

from collections.abc import Coroutine
from typing import Any

from tracer.minidocker.kernel import signals
from tracer.minidocker.kernel.namespaces import PidNamespace
from tracer.minidocker.kernel.processes import (
    Courier,
    Entry,
    Exited,
    Process,
    Replaced,
    System,
    Thread,
    drop_namespaces,
)
from tracer.minidocker.kernel.signals import SIG_DFL, SIG_IGN, Signal


def begin(process: Process, entry: Entry) -> Thread:
    """Give a process its first thread, and the courier of its signals."""
    process.courier = Courier(process, _carry(process))
    process.system.scheduler.ready.append(process.courier)
    return Thread(process, _live(process, entry))


def start_thread(process: Process, body: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine beside the others of a process."""

    async def entry() -> None:
        await body

    thread = Thread(process, _share(process, entry))
    thread.inner = body
    process.system.scheduler.ready.append(thread)


def end(process: Process, status: int) -> None:
    """End a process, unless it has ended: only its status is left, for the parent."""
    if process.status is not None:
        return
    if process.is_init:
        _end_namespace(process, process.namespaces.pid)
    process.status, process.program = status, None
    stop_threads(process)
    for number in list(process.descriptors):
        process.close(number)
    process.release_memory()
    for subsystem in process.cgroups:
        process.leave(subsystem)
    drop_namespaces(process.system)
    _leave_children(process)
    _tell_parent(process)


def stop_threads(process: Process, but: Thread | None = None) -> None:
    """Unwind the threads of a process, and its courier when none is left."""
    tasks = [*process.threads, *([process.courier] if process.courier and but is None else [])]
    process.threads = [but] if but else []
    for task in tasks:
        if task is not but:
            task.cancel()


def switch_off(system: System) -> None:
    """Unwind all programs where they are; they make no more calls."""
    for process in list(system.processes.values()):
        process.status = 0 if process.status is None else process.status
        stop_threads(process)


def forget(process: Process) -> None:
    """Take the last trace of an ended process away: its numbers are free."""
    for namespace, number in process.numbers.items():
        del namespace.pids[number]
    del process.system.processes[process.pid]


def deliver(process: Process, signal: int) -> None:
    """Do what a signal does: call its handler, stop or end the process."""
    action = process.actions.get(signal, SIG_DFL)
    if not isinstance(action, str):
        start_thread(process, action(signal))
    elif action == SIG_IGN or signal in signals.HARMLESS:
        return
    elif signal in signals.STOPPING:
        process.stopped = True
    else:
        end(process, -signal)


def act_on_signals(caller: Process) -> None:
    """Let signals that a call brings the caller act before the call returns."""
    while not caller.frozen and (signal := signals.take(caller)) is not None:
        deliver(caller, signal)
    if caller.status is not None:
        raise Exited(caller.status)


async def _carry(process: Process) -> None:
    while process.status is None:
        signal = signals.take(process)
        if signal is None:
            await process.signalled
        else:
            deliver(process, signal)


async def _live(process: Process, entry: Entry) -> None:
    await _share(process, entry)
    end(process, 0)


async def _share(process: Process, entry: Entry | None) -> None:
    """Run one thread; the program that replaces all threads goes on in the one that asked."""
    while entry:
        try:
            await entry()
        except Replaced as replaced:
            entry = replaced.entry
        except Exited as exited:
            end(process, exited.status)
            return
        else:
            return


def _end_namespace(first: Process, namespace: PidNamespace) -> None:
    namespace.closed = True
    system = first.system
    for pid in sorted(namespace.pids.values(), reverse=True):
        process = system.processes.get(pid)
        if process and process is not first:
            end(process, -Signal.SIGKILL)
    for child in system.children(first):
        if child.status is not None:
            forget(child)


def _leave_children(process: Process) -> None:
    system = process.system
    for child in system.children(process):
        if child.death_signal:
            signals.send(child, child.death_signal, process)
        child.parent = _heir(process)
        if child.status is not None:
            _tell_parent(child)


def _heir(process: Process) -> Process:
    processes = process.system.processes
    heir = processes[process.namespaces.pid.pids.get(1, 1)]
    return heir if heir.status is None else processes[1]


def _tell_parent(process: Process) -> None:
    parent = process.parent
    if parent is None or process.pid not in process.system.processes:
        return
    if parent.actions.get(Signal.SIGCHLD) == SIG_IGN:
        forget(process)
    signals.send(parent, Signal.SIGCHLD, process)
    parent.child_ended.wake()
