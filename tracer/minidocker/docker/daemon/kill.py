"""Send a signal to a container."""

from tracer.minidocker.docker.daemon import container_control
from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerKill")
async def container_kill(daemon: Daemon, job: Job) -> None:
    """Answer the job "kill": SIGKILL is awaited, any other signal is only sent."""
    name, *given = job.args
    signal = _number(given[0]) if given and given[0] else Signal.SIGKILL
    container = daemon.get(name)
    try:
        if signal != Signal.SIGKILL:
            await container_control.kill_sig(container, signal)
            return
        await container_control.kill(container)
    except DockerError as error:
        raise DockerError(f"Cannot kill container {name}: {error}") from error
    await container.log_event("kill")


def _number(word: str) -> int:
    """Read a signal: a number of five bits, or a name with or without SIG."""
    if word.isdecimal() and 0 < int(word) <= max(Signal):
        return int(word)
    name = f"SIG{word.removeprefix('SIG')}"
    if name not in Signal.__members__:
        raise DockerError(f"Invalid signal: {word}")
    return Signal[name]
