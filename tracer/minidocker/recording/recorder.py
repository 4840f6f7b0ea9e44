"""Watch a machine while it runs, and make a recording of it.

After each system call, and whenever a twin is entered or left, the sections of the state that may
have changed are looked at again. The difference belongs to the innermost twin of the task that ran.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tracer.minidocker.kernel.kernel import Event, Kernel, show
from tracer.minidocker.kernel.processes import running_process
from tracer.minidocker.kernel.scheduler import Task, current_task
from tracer.minidocker.recording import changes, snapshot
from tracer.minidocker.recording.model import Call, Change, Recording, Step, Tree, cut

LONGEST = 60  # characters of the arguments of a step


@dataclass
class Entered:
    """A step that may still be running."""

    index: int
    go_name: str
    python_name: str
    pid: int
    depth: int
    parent: "Entered | None"
    arguments: str
    task: Task
    recorder: "Recorder"
    first_event: int
    last_event: int | None = None  # None while it runs


class Recorder:
    """Collects steps, calls and changes."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.entered: list[Entered] = []
        self.calls: list[Call] = []
        self.changes: list[Change] = []
        self.start = self.state = snapshot.take(kernel)
        kernel.watch = self._note_call

    def enter(self, go_name: str, python_name: str, arguments: tuple[object, ...]) -> Entered:
        """Note that the running task has entered a twin."""
        self._note_changes(("memory",))
        task, pid = current_task.get(), running_process().pid
        parent = self._innermost(task)
        depth = parent.depth + 1 if parent else 0
        shown = cut(", ".join(show(each) for each in arguments if _is_plain(each)), LONGEST)
        entered = Entered(
            len(self.entered),
            go_name,
            python_name,
            pid,
            depth,
            parent,
            shown,
            task,
            self,
            len(self.calls),
        )
        self.entered.append(entered)
        task.tag = entered
        return entered

    def leave(self, entered: Entered) -> None:
        """Note that a twin has returned, or was unwound."""
        if self.kernel.watch is not None:
            self._note_changes(("memory",))
        entered.last_event = len(self.calls) - 1
        entered.task.tag = entered.parent

    def finish(self, commands: tuple[str, ...], output: str, exit_code: int) -> Recording:
        """Stop watching and make the recording."""
        self._note_changes(snapshot.SECTIONS)
        self.kernel.watch = None
        last = len(self.calls) - 1
        numbers: dict[Task, int] = {}
        for each in self.entered:
            numbers.setdefault(each.task, len(numbers))
        steps = tuple(_step(each, numbers[each.task], last) for each in self.entered)
        calls, changed = tuple(self.calls), tuple(self.changes)
        return Recording(commands, self.start, steps, calls, changed, self.state, output, exit_code)

    def _note_call(self, event: Event) -> None:
        step = self._step()
        tick = len(self.calls)
        self.calls.append(Call(tick, event.pid, event.call, event.arguments, event.result, step))
        touched = snapshot.TOUCHED.get(event.call)
        self._note_changes(snapshot.SECTIONS if touched is None else touched, tick)

    def _note_changes(self, sections: Iterable[str], call: int | None = None) -> None:
        frame, step = len(self.entered) - 1, self._step()
        for name in sections:
            seen: Tree = {name: snapshot.SECTIONS[name](self.kernel)}
            known: Tree = {name: self.state[name]}
            for path, before, after in changes.differences(known, seen):
                self.changes.append(Change(frame, step, call, path, before, after))
            self.state = self.state | seen

    def _step(self) -> int | None:
        innermost = self._innermost(current_task.get(None))
        return innermost.index if innermost else None

    def _innermost(self, task: Task | None) -> Entered | None:
        """Return what a task is in; what an earlier recording has entered is not of this one."""
        tag = task.tag if task else None
        return tag if isinstance(tag, Entered) and tag.recorder is self else None


def _step(entered: Entered, task: int, last: int) -> Step:
    return Step(
        entered.index,
        entered.go_name,
        entered.python_name,
        entered.pid,
        task,
        entered.depth,
        entered.parent.index if entered.parent else None,
        entered.arguments,
        entered.first_event,
        last if entered.last_event is None else entered.last_event,
    )


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | list)
