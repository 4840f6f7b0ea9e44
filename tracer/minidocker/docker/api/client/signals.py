"""Signals that the client gets are meant for the program in the container."""

from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.signals import FORCED, Signal
from tracer.minidocker.twin import twin_of

KEPT = (*FORCED, Signal.SIGCHLD, Signal.SIGPIPE)


@twin_of("(*github.com/docker/docker/api/client.DockerCli).forwardAllSignals")
def forward_all_signals(cli: Connection, name: str) -> None:
    """Catch all that can be caught, and send each on by its name."""
    for signal in Signal:
        if signal not in KEPT:
            syscall.sigaction(signal, partial(_forward, cli, name))


async def _forward(cli: Connection, name: str, signal: int) -> None:
    query = {"signal": Signal(signal).name.removeprefix("SIG")}
    try:
        await cli.call(f"/containers/{name}/kill", None, query)
    except DockerError:
        return  # it has ended meanwhile
