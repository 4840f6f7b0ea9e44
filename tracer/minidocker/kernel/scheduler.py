"""Run coroutines one at a time in a fixed order: no threads, no clock.

A task runs until it sleeps on a `Wait` or ends. Whoever makes the awaited thing true wakes the
sleepers, who check their condition again (`while not ready: await wait`), as in xv6.
Time is a number, `now`: it moves on to the next alarm, and only when nobody can run.
"""

from collections import deque
from collections.abc import Callable, Coroutine, Generator
from contextvars import ContextVar
from heapq import heappop, heappush
from itertools import count
from typing import Any


class Wait:
    """One thing to sleep for; once closed, it is a gate that stays open."""

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

    @property
    def held(self) -> bool:
        """Whether it must not run now, though it could."""
        return False

    def cancel(self) -> None:
        """Never run again, though somebody may still try to wake this task.

        What the body does while it is unwound, it does as itself; it may not sleep any more.
        """
        self.cancelled = True
        if current_task.get(None) is self:  # it unwinds by itself, at the latest when it sleeps
            return
        token = current_task.set(self)
        try:
            self._unwind()
        finally:
            current_task.reset(token)

    def _unwind(self) -> None:
        while True:
            try:
                self.body.close()
            except RuntimeError:  # it tried to sleep: there is more to unwind
                continue
            return


class Scheduler:
    """The run queue: first come, first served."""

    def __init__(self) -> None:
        self.ready: deque[Task] = deque()
        self.idle = Wait()  # sleep here until nobody else can run: a slow disk
        self.now = 0.0  # seconds since the machine started
        self._alarms: list[tuple[float, int, Wait]] = []  # a heap
        self._order = count()  # among alarms of one time
        self._held: list[Task] = []  # ready, but for `Task.held`

    async def let_first_run(self) -> None:
        """Let whoever is first in the queue run until it sleeps; the caller is next."""
        self.ready.insert(1, current_task.get())
        await Wait()

    async def sleep(self, seconds: float) -> None:
        """Let the caller sleep until the time has come."""
        alarm = Wait()
        heappush(self._alarms, (self.now + seconds, next(self._order), alarm))
        await alarm

    async def sleep_until(self, wait: Wait, seconds: float) -> bool:
        """Let the caller sleep until it is woken, at most for so long; say whether it was."""
        alarm = Wait()
        alarm.sleepers.append(current_task.get())
        heappush(self._alarms, (self.now + seconds, next(self._order), alarm))
        await wait
        woken = bool(alarm.sleepers)  # whoever is rung is no longer among them
        alarm.sleepers.clear()
        if not woken:
            wait.sleepers.remove(current_task.get())
        return woken

    def release(self) -> None:
        """Make those ready that are held no longer."""
        held, self._held = self._held, []
        for task in held:
            (self._held if task.held else self.ready).append(task)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Run until everybody sleeps; once `until` holds, time stands still too."""
        while self.ready or self._wake_somebody(until):
            task = self.ready.popleft()
            if task.cancelled:
                continue
            if task.held:
                self._held.append(task)
            else:
                self._step(task)

    def _wake_somebody(self, until: Callable[[], bool]) -> bool:
        if self.idle.sleepers:
            self.idle.wake()
        while not self.ready and self._alarms and not until():
            self._ring()
        return bool(self.ready)

    def _ring(self) -> None:
        time, _, alarm = heappop(self._alarms)
        if any(not task.cancelled for task in alarm.sleepers):
            self.now = time
            alarm.wake()

    def _step(self, task: Task) -> None:
        token = current_task.set(task)
        try:
            task.body.send(None).sleepers.append(task)
            if task.cancelled:
                task.body.close()
        except StopIteration:
            pass
        finally:
            current_task.reset(token)


current_task: ContextVar[Task] = ContextVar("current_task")
