"""Every command that the client knows, as `cmd_` and its word; a name that is here is a command."""

from tracer.minidocker.docker.api.client.attach import cmd_attach, cmd_events, cmd_logs
from tracer.minidocker.docker.api.client.commit import cmd_commit, cmd_diff
from tracer.minidocker.docker.api.client.images import cmd_history, cmd_images, cmd_rmi, cmd_tag
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
from tracer.minidocker.docker.api.client.pull import cmd_pull
from tracer.minidocker.docker.api.client.run import cmd_run
from tracer.minidocker.docker.api.client.start import cmd_start
from tracer.minidocker.docker.api.client.system import cmd_info, cmd_version

__all__ = [
    "cmd_attach",
    "cmd_commit",
    "cmd_diff",
    "cmd_events",
    "cmd_history",
    "cmd_images",
    "cmd_info",
    "cmd_inspect",
    "cmd_kill",
    "cmd_logs",
    "cmd_pause",
    "cmd_ps",
    "cmd_pull",
    "cmd_restart",
    "cmd_rm",
    "cmd_rmi",
    "cmd_run",
    "cmd_start",
    "cmd_stop",
    "cmd_tag",
    "cmd_top",
    "cmd_unpause",
    "cmd_version",
    "cmd_wait",
]
