"""One use of the command line: find the command, speak with the daemon."""

import errno
from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client import commands
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.api.client.help import cmd_help
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of

NOBODY_THERE = (errno.ECONNREFUSED, errno.ENOENT)
NO_DAEMON = "Cannot connect to the Docker daemon. Is 'docker -d' running on this host?"
CommandMethod = Callable[[list[str]], Awaitable[int]]


class DockerCli(Connection):
    """One use of the command line."""

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).Cmd")
    async def cmd(self, args: list[str]) -> int:
        """Run the sub-command that the first word names; without one, say which there are."""
        method = self._get_method(args[0]) if args else None
        if method is None:
            return await cmd_help(self, args)
        try:
            return await method(args[1:])
        except (DockerError, KernelError) as error:
            refused = isinstance(error, KernelError) and error.errno in NOBODY_THERE
            syscall.write(2, f"docker: {NO_DAEMON if refused else error}\n".encode())
            return 1

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).getMethod")
    def _get_method(self, name: str) -> CommandMethod | None:
        """Find the command by its name, made up from the word: no table lists the commands."""
        found = cmd_help if name == "help" else getattr(commands, f"cmd_{name}", None)
        return partial(found, self) if found else None


@twin_of("github.com/docker/docker/api/client.NewDockerCli")
def new_docker_cli(socket: str) -> DockerCli:
    """Make the client for the daemon at a socket."""
    return DockerCli(socket)
