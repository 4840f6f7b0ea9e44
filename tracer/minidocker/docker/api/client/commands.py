"""Every command that the client knows, as `cmd_` and its word; a name that is here is a command."""

from tracer.minidocker.docker.api.client.attach import cmd_attach, cmd_events, cmd_logs
from tracer.minidocker.docker.api.client.lifecycle import (
    cmd_kill,
    cmd_pause,
    cmd_restart,
    cmd_rm,
    cmd_stop,
    cmd_unpause,
    cmd_wait,
)
from tracer.minidocker.docker.api.client.list import cmd_inspect, cmd_ps, cmd_top
from tracer.minidocker.docker.api.client.run import cmd_run

__all__ = [
    "cmd_attach",
    "cmd_events",
    "cmd_inspect",
    "cmd_kill",
    "cmd_logs",
    "cmd_pause",
    "cmd_ps",
    "cmd_restart",
    "cmd_rm",
    "cmd_run",
    "cmd_stop",
    "cmd_top",
    "cmd_unpause",
    "cmd_wait",
]
