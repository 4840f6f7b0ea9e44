"""Run a `docker` command on a new machine: `python -m tracer.minidocker run busybox echo hello`."""

import shlex
import sys

from tracer.minidocker.machine import Machine
from tracer.minidocker.recording import drawings
from tracer.minidocker.recording.model import Recording


def main() -> int:
    """Print what the command prints; with --trace first, also the steps and the system calls."""
    arguments = sys.argv[1:]
    trace = "--trace" in arguments
    words = [each for each in arguments if each != "--trace"]
    recording = Machine.booted().record(shlex.join(["docker", *words]))
    sys.stdout.write(recording.output)
    if trace:
        sys.stdout.write("\n".join(_lines(recording)) + "\n")
    return recording.exit_code


def _lines(recording: Recording) -> list[str]:
    steps = [f"{each.pid:>3} {'  ' * each.depth}{each.go_name}" for each in recording.steps]
    calls = [f"{each.pid:>3} {each}" for each in recording.calls]
    state = drawings.machine(recording.end)
    return ["", "steps", *steps, "", "system calls", *calls, "", "machine", state]


if __name__ == "__main__":
    sys.exit(main())
