"""One `docker run` on a new machine."""

from collections.abc import Sequence

from tracer.minidocker.machine import Machine
from tracer.minidocker.recording import Recording


def docker_run(argv: Sequence[str] = ("busybox", "echo", "hello")) -> Recording:
    """Boot a machine and run `docker run` with these arguments to its end."""
    machine = Machine()
    recording = machine.run(["run", *argv])
    machine.kernel.switch_off()
    return recording
