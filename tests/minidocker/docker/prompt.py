"""Commands at the prompt of a machine of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from tracer.minidocker.machine import Machine


@contextmanager
def booted() -> Iterator[Machine]:
    """Make a host on which the daemon runs, and throw it away."""
    machine = Machine.booted()
    try:
        yield machine
    finally:
        machine.switch_off()


def run(*commands: str) -> list[tuple[str, int]]:
    """Run docker commands one after the other: what each printed, and its exit status."""
    with booted() as machine:
        return [machine.run(f"docker {command}") for command in commands]


def output(*commands: str) -> str:
    """Run docker commands and return what the last one printed."""
    return run(*commands)[-1][0]
