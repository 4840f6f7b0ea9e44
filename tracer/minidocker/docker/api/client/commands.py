"""Every command that the client knows, as `cmd_` and its word; a name that is here is a command."""

from tracer.minidocker.docker.api.client.run import cmd_run
from tracer.minidocker.docker.api.client.start import cmd_start
from tracer.minidocker.docker.api.client.system import cmd_info, cmd_version

__all__ = [
    "cmd_info",
    "cmd_run",
    "cmd_start",
    "cmd_version",
]
