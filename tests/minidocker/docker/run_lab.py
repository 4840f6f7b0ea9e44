"""Run commands on a machine of their own, which is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tracer.minidocker.machine import Machine


@dataclass(frozen=True)
class Ran:
    """What the last command printed, and its exit status."""

    output: str
    status: int


@contextmanager
def machine(daemon: str = "docker -d") -> Iterator[Machine]:
    """Boot the daemon on a machine that is switched off afterwards."""
    host = Machine()
    host.run(daemon)
    try:
        yield host
    finally:
        host.switch_off()


def run(*commands: str, daemon: str = "docker -d") -> Ran:
    """Boot the daemon and run commands; the result is that of the last one."""
    with machine(daemon) as host:
        results = [host.run(command) for command in commands]
    return Ran(*results[-1])


def inside(options: str, command: str, *before: str, daemon: str = "docker -d") -> str:
    """Run a shell command in a container; return what it printed."""
    return run(*before, f"docker run {options} busybox sh -c '{command}'", daemon=daemon).output
