"""A run of the machine as values: twins entered, system calls made, and the states between."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracer.minidocker.kernel.kernel import Event, Kernel, shorten
from tracer.minidocker.kernel.namespaces import Namespaces
from tracer.minidocker.kernel.processes import Process, running_process
from tracer.minidocker.kernel.scheduler import Task, current_task


@dataclass(frozen=True)
class Step:
    """One entry into a twin."""

    index: int
    go_name: str
    python_name: str
    pid: int
    depth: int
    first_event: int  # tick of the first system call between entering and leaving
    last_event: int  # and of the last; one less than the first if there was none
    state_after: str  # the machine before the next step is entered; empty if nothing changed


@dataclass(frozen=True)
class Recording:
    """One run from the first twin to the end of the client."""

    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    output: str
    exit_code: int
    state: str  # the machine at the end

    def events_of(self, step: Step) -> tuple[Event, ...]:
        """List the system calls that a step made itself, not those of the steps below it."""
        inner = [each for each in self.steps[step.index + 1 :] if each.pid == step.pid]
        return tuple(
            event
            for event in self.events[step.first_event : step.last_event + 1]
            if event.pid == step.pid
            and not any(each.first_event <= event.tick <= each.last_event for each in inner)
        )


@dataclass
class _Entered:
    go_name: str
    python_name: str
    pid: int
    depth: int
    task: Task
    first_event: int
    last_event: int = -1  # while it runs
    state_after: str = ""


class Recorder:
    """Collects steps while a machine runs."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.entered: list[_Entered] = []
        self.depths: dict[Task, int] = {}
        self.last_state = describe(kernel)

    def enter(self, go_name: str, python_name: str) -> _Entered:
        """Note that the running task has entered a twin."""
        self._note_state()
        task, pid = current_task.get(), running_process().pid
        self.depths[task] = depth = self._depth(task) + 1
        step = _Entered(go_name, python_name, pid, depth, task, len(self.kernel.events))
        self.entered.append(step)
        return step

    def leave(self, step: _Entered) -> None:
        """Note that a twin has returned, or was unwound."""
        step.last_event = len(self.kernel.events) - 1
        self.depths[step.task] = step.depth - 1

    def finish(self, output: str, exit_code: int) -> Recording:
        """Make the recording."""
        self._note_state()
        for step in self.entered:
            if step.last_event < step.first_event - 1:  # it still runs
                step.last_event = len(self.kernel.events) - 1
        steps = tuple(
            Step(
                index,
                each.go_name,
                each.python_name,
                each.pid,
                each.depth,
                each.first_event,
                each.last_event,
                each.state_after,
            )
            for index, each in enumerate(self.entered)
        )
        return Recording(steps, tuple(self.kernel.events), output, exit_code, describe(self.kernel))

    def _note_state(self) -> None:
        state = describe(self.kernel)
        if self.entered and state != self.last_state:
            self.entered[-1].state_after = self.last_state = state

    def _depth(self, task: Task) -> int:
        if task not in self.depths:
            self.depths[task] = self._depth(task.parent) if task.parent else -1
        return self.depths[task]


def describe(kernel: Kernel) -> str:
    """Draw the machine as text: processes, and what their namespaces and groups hold."""
    processes = [kernel.system.processes[pid] for pid in sorted(kernel.system.processes)]
    seen = {each.namespaces.mnt: each.namespaces for each in processes}
    lines = [*_processes(kernel.first, 0)]
    for namespaces in seen.values():
        lines += _mounts(namespaces)
    lines += [
        f"cgroup {group.subsystem}:{group.path} {sorted(group.members)}"
        for topmost in kernel.system.hierarchies.values()
        for group in topmost.groups()[1:]
    ]
    for namespaces in {each.namespaces.net: each.namespaces for each in processes}.values():
        lines += _network(namespaces)
    return shorten("\n".join(lines))


def _processes(process: Process, depth: int) -> Iterator[str]:
    own = process.namespaces
    inner = f" (pid {process.own_pid} inside)" if process.own_pid != process.pid else ""
    numbers = f"mnt:{own.mnt.number} uts:{own.uts.number} ipc:{own.ipc.number} pid:{own.pid.number}"
    ended = f" ended {process.status}" if process.status is not None else ""
    indent = "  " * depth
    yield (
        f"{indent}{process.pid} {' '.join(process.argv)[:40]}{inner}{ended} "
        f"[{numbers} net:{own.net.number}] host={own.uts.hostname} uid={process.uid} "
        f"capabilities={len(process.capabilities)}"
    )
    for child in list(process.system.processes.values()):
        if child.parent is process:
            yield from _processes(child, depth + 1)


def _mounts(namespaces: Namespaces) -> Iterator[str]:
    yield f"mnt:{namespaces.mnt.number}"
    for path, mount in namespaces.mnt.visible(namespaces.mnt.top):
        yield f"  {path} {mount.kind} {mount.source}{' ro' if mount.read_only else ''}"


def _network(namespaces: Namespaces) -> Iterator[str]:
    yield f"net:{namespaces.net.number}"
    for interface in namespaces.net.interfaces.values():
        plugged = f" in {interface.master.name}" if interface.master else ""
        state = "up" if interface.up else "down"
        addresses = ",".join(map(str, interface.addresses))
        yield f"  {interface.name} {addresses or '-'} {state}{plugged}"
    for route in namespaces.net.routes:
        if not route.connected:
            yield f"  {route}"
