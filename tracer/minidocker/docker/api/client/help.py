"""The command `docker help`, and what is said to no command and to an unknown one."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client import commands
from tracer.minidocker.docker.api.client.connection import Connection


async def cmd_help(cli: Connection, args: list[str]) -> int:
    """List the commands, or show the usage of one."""
    known = sorted(name[4:] for name in commands.__all__)
    if args and args[0] in known:
        status: int = await getattr(commands, f"cmd_{args[0]}")(cli, ["--help"])
        return status
    if args:
        syscall.write(2, f"Error: Command not found: {args[0]}\n".encode())
    text = "Usage: docker [OPTIONS] COMMAND [arg...]\n\nCommands:\n"
    syscall.write(2, (text + "".join(f"    {name}\n" for name in known)).encode())
    return 0
