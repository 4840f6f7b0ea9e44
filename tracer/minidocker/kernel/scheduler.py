"""Run coroutines one at a time in a fixed order: no threads, no clock.

A task runs until it sleeps on a `Wait` or ends. Whoever makes the awaited thing true wakes the
sleepers, who check their condition again (`while not ready: await wait`), as in xv6.
"""

from collections import deque
from collections.abc import Coroutine, Generator
from contextvars import ContextVar
from typing import Any


class Wait:
    """One thing to sleep for."""

    def __init__(self) -> None:
        self.closed = False
        self.sleepers: list[Task] = []

    def __await__(self) -> Generator["Wait", None, None]:
        if not self.closed:
            yield self

    def wake(self) -> None:
        """Make all sleepers ready, in the order in which they fell asleep."""
        sleepers, self.sleepers = self.sleepers, []
        for task in sleepers:
            task.scheduler.ready.append(task)

    def close(self) -> None:
        """Wake the sleepers and let nobody sleep here any more."""
        self.closed = True
        self.wake()


class Task:
    """One coroutine and its place in the run queue."""

    def __init__(self, scheduler: "Scheduler", body: Coroutine[Any, Any, None]) -> None:
        self.scheduler = scheduler
        self.body = body
        self.cancelled = False
        self.parent = current_task.get(None)  # the task that started this one
        self.tag: object = self.parent.tag if self.parent else None  # for who watches; inherited

    def cancel(self) -> None:
        """Never run again, though somebody may still try to wake this task."""
        self.cancelled = True
        self.body.close()


class Scheduler:
    """The run queue: first come, first served."""

    def __init__(self) -> None:
        self.ready: deque[Task] = deque()
        self.idle = Wait()  # sleep here until nobody else can run: a slow disk

    async def let_first_run(self) -> None:
        """Let whoever is first in the queue run until it sleeps; the caller is next."""
        self.ready.insert(1, current_task.get())
        await Wait()

    def run(self) -> None:
        """Run until everybody sleeps."""
        while self.ready or self.idle.sleepers:
            if not self.ready:
                self.idle.wake()
            task = self.ready.popleft()
            if not task.cancelled:
                self._step(task)

    def _step(self, task: Task) -> None:
        token = current_task.set(task)
        try:
            task.body.send(None).sleepers.append(task)
        except StopIteration:
            pass
        finally:
            current_task.reset(token)


current_task: ContextVar[Task] = ContextVar("current_task")
