"""Every command that the client knows, as `cmd_` and its word; a name that is here is a command."""

from tracer.minidocker.docker.api.client.run import cmd_run
from tracer.minidocker.docker.api.client.start import cmd_start

__all__ = ["cmd_run", "cmd_start"]
