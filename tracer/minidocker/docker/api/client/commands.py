"""Every command that the client knows, as `cmd_` and its word; a name that is here is a command."""

from tracer.minidocker.docker.api.client.commit import cmd_commit, cmd_diff
from tracer.minidocker.docker.api.client.images import cmd_history, cmd_images, cmd_rmi, cmd_tag
from tracer.minidocker.docker.api.client.pull import cmd_pull
from tracer.minidocker.docker.api.client.run import cmd_run
from tracer.minidocker.docker.api.client.start import cmd_start
from tracer.minidocker.docker.api.client.system import cmd_info, cmd_version

__all__ = [
    "cmd_commit",
    "cmd_diff",
    "cmd_history",
    "cmd_images",
    "cmd_info",
    "cmd_pull",
    "cmd_rmi",
    "cmd_run",
    "cmd_start",
    "cmd_tag",
    "cmd_version",
]
