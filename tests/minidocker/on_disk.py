"""Run functions as programs of a machine on which no daemon runs."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tracer.minidocker import syscall
from tracer.minidocker.machine import Machine

Result = TypeVar("Result")


def on_machine(use: Callable[[], Awaitable[Result]]) -> Result:
    """Run a function as a program of a machine and return what it returns."""
    machine, results = Machine(), list[Result]()

    async def program() -> None:
        results.append(await use())
        syscall.exit_group(0)

    machine.kernel.start(program)
    machine.kernel.run()
    machine.switch_off()
    return results[0]
