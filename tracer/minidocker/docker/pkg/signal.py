"""Let the signals that ask for the end clean up first."""

from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.twin import twin_of

Cleanup = Callable[[], Awaitable[None]]
IMPATIENT = 3  # who asks so often does not want to wait
BY_SIGNAL = 128  # is added to a signal's number in an exit status


@twin_of("github.com/docker/docker/pkg/signal.Trap")
def trap(cleanup: Cleanup) -> None:
    """Catch SIGINT and SIGTERM, which would end the process at once, and SIGQUIT."""
    caught: list[int] = []
    for signal in (Signal.SIGINT, Signal.SIGTERM, Signal.SIGQUIT):
        syscall.sigaction(signal, partial(_notify, cleanup, caught))


@twin_of("github.com/docker/docker/pkg/signal.Trap$1")
async def _notify(cleanup: Cleanup, caught: list[int], signal: int) -> None:
    """Act on each signal beside the others: one that cleans up must not keep the next waiting."""
    goroutine.start(_end(cleanup, caught, signal))


@twin_of("github.com/docker/docker/pkg/signal.Trap$1$1")
async def _end(cleanup: Cleanup, caught: list[int], signal: int) -> None:
    """Clean up at the first signal and end; the second changes nothing, more end at once."""
    if signal != Signal.SIGQUIT and len(caught) < IMPATIENT:
        caught.append(signal)
        if len(caught) > 1:
            return
        await cleanup()
        syscall.exit_group(0)
    syscall.exit_group(BY_SIGNAL + signal)
