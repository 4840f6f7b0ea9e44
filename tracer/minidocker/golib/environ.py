"""The variables that a process was started with, as Go's os.Environ gives them."""

from tracer.minidocker.kernel.processes import running_process


def environ() -> dict[str, str]:
    """Return them; they are in the process's own memory, so that no system call is needed."""
    return dict(running_process().env)
