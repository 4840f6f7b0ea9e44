"""What one process does at the same time: goroutines, their results, and a lock between them.

Three ways to begin one: `start` where nobody asks how it ended, `run` where the caller wants the
error, and `go`, the same as Docker's own function of that name, which a story can stop at.
"""

from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.kernel.processes import running_process
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.twin import twin_of

Main = Callable[[list[str], dict[str, str]], Awaitable[int]]


def begin(main: Main) -> Main:
    """Make a program of Go's: writing to nobody is an error there, and not the end."""

    async def program(argv: list[str], env: dict[str, str]) -> int:
        syscall.sigaction(Signal.SIGPIPE, _go_on)
        return await main(argv, env)

    return program


async def _go_on(signal: int) -> None:
    """Do nothing: the write that failed says it."""


def start(body: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine beside the caller, in the same process."""
    running_process().start_thread(body)


class Result:
    """The channel on which a goroutine reports its end."""

    def __init__(self) -> None:
        self.arrived = Wait()
        self.error: Exception | None = None

    def end(self, error: Exception | None = None) -> None:
        """Report the end, with what went wrong if anything did."""
        self.error = error
        self.arrived.close()

    async def receive(self) -> None:
        """Wait for the end and raise what went wrong."""
        await self.arrived
        if self.error:
            raise self.error


def run(function: Callable[[], Awaitable[object]]) -> Result:
    """Run a function beside the caller, who can ask later what became of it."""
    result = Result()
    start(_report(function, result))
    return result


async def _report(function: Callable[[], Awaitable[object]], result: Result) -> None:
    try:
        await function()
    except Exception as error:  # noqa: BLE001  # the receiver raises it
        result.end(error)
    else:
        result.end()


@twin_of("github.com/docker/docker/utils.Go")
def go(function: Callable[[], Awaitable[object]]) -> Result:
    """Run a function as a goroutine, so that the caller can go on and ask for its error later."""
    result = Result()
    start(_deliver(function, result))
    return result


@twin_of("github.com/docker/docker/utils.Go$1")
async def _deliver(function: Callable[[], Awaitable[object]], result: Result) -> None:
    """Call the function in its own goroutine and send what became of it."""
    await _report(function, result)


class WaitGroup:
    """Counts what is still to be done, for who wants to wait for the end of it all."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = Wait()

    def add(self) -> None:
        """Count one more."""
        self.count += 1

    def done(self) -> None:
        """Count one less."""
        self.count -= 1
        self.changed.wake()

    async def wait(self) -> None:
        """Sleep until nothing is left."""
        while self.count:
            await self.changed


async def within(seconds: float, function: Callable[[], Awaitable[object]]) -> bool:
    """Wait for a function, but no longer than some seconds; say whether it came to its end.

    It sleeps by a system call of the process; `time.within` waits without one.
    """
    over, ended = Wait(), list[bool]()

    async def run() -> None:
        await function()
        ended.append(True)
        over.close()

    async def ring() -> None:
        await syscall.nanosleep(seconds)
        over.close()

    start(run())
    if not ended:
        start(ring())
    await over
    return bool(ended)


class Lock:
    """Only one goroutine at a time: `async with lock`."""

    def __init__(self) -> None:
        self.held = False
        self.released = Wait()

    async def __aenter__(self) -> None:
        while self.held:
            await self.released
        self.held = True

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.held = False
        self.released.wake()
