"""Commands that change containers one by one: stop, kill, pause, unpause, restart, rm, wait."""

from collections.abc import Awaitable, Callable

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.api.client.run import wait_for_exit
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg.mflag import Flag, FlagSet
from tracer.minidocker.twin import twin_of

MANY = "CONTAINER [CONTAINER...]"
SECONDS = Flag(("t", "time"), 10, "Seconds to wait for the program to end before it is killed")
STOP = FlagSet("stop", f"[OPTIONS] {MANY}", "Ask containers to end, then force them to", SECONDS)
RESTART = FlagSet("restart", f"[OPTIONS] {MANY}", "Stop containers and start them again", SECONDS)
KILL = FlagSet(
    "kill",
    f"[OPTIONS] {MANY}",
    "Send SIGKILL or another signal to running containers",
    Flag(("s", "signal"), "KILL", "The signal"),
)
PAUSE = FlagSet("pause", "CONTAINER", "Freeze all processes of a container")
UNPAUSE = FlagSet("unpause", "CONTAINER", "Let all processes of a container go on")
WAIT = FlagSet("wait", MANY, "Wait until containers end and print their exit codes")
RM = FlagSet(
    "rm",
    f"[OPTIONS] {MANY}",
    "Remove containers",
    Flag(("f", "force"), False, "Kill a container that runs"),
    Flag(("l", "link"), False, "Remove the link, not the container"),
    Flag(("v", "volumes"), False, "Remove its volumes too"),
)


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdStop")
async def cmd_stop(cli: Connection, args: list[str]) -> int:
    """Ask for each container; the answers come when it has stopped."""
    flags, names = STOP.parse(args)
    query = {"t": str(flags["time"])}
    return await _each(STOP, names, lambda name: cli.call(f"/containers/{name}/stop", None, query))


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRestart")
async def cmd_restart(cli: Connection, args: list[str]) -> int:
    """Ask for each container; the daemon stops and starts it in one job."""
    flags, names = RESTART.parse(args)
    query = {"t": str(flags["time"])}
    path = "/containers/{}/restart"
    return await _each(RESTART, names, lambda name: cli.call(path.format(name), None, query))


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdKill")
async def cmd_kill(cli: Connection, args: list[str]) -> int:
    """Send the signal as it was written: the daemon knows the names."""
    flags, names = KILL.parse(args)
    query = {"signal": str(flags["signal"])}
    return await _each(KILL, names, lambda name: cli.call(f"/containers/{name}/kill", None, query))


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdPause")
async def cmd_pause(cli: Connection, args: list[str]) -> int:
    """Take one container only."""
    _, names = PAUSE.parse(args)
    one = names if len(names) == 1 else []
    return await _each(PAUSE, one, lambda name: cli.call(f"/containers/{name}/pause"))


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdUnpause")
async def cmd_unpause(cli: Connection, args: list[str]) -> int:
    """Take one container only."""
    _, names = UNPAUSE.parse(args)
    one = names if len(names) == 1 else []
    return await _each(UNPAUSE, one, lambda name: cli.call(f"/containers/{name}/unpause"))


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRm")
async def cmd_rm(cli: Connection, args: list[str]) -> int:
    """Ask for each container; only flags that were given are sent."""
    flags, names = RM.parse(args)
    given = {"v": flags["volumes"], "link": flags["link"], "force": flags["force"]}
    query = {name: "1" for name, value in given.items() if value}
    path = "/containers/{}"
    return await _each(
        RM, names, lambda name: cli.call(path.format(name), None, query, method="DELETE")
    )


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdWait")
async def cmd_wait(cli: Connection, args: list[str]) -> int:
    """Print the exit codes in the order of the arguments, each when it is known."""
    _, names = WAIT.parse(args)
    if not names:
        WAIT.usage()
    failed = False
    for name in names:
        try:
            syscall.write(1, f"{await wait_for_exit(cli, name)}\n".encode())
        except DockerError as error:
            syscall.write(2, f"{error}\n".encode())
            failed = True
    if failed:
        raise DockerError("Error: failed to wait one or more containers")
    return 0


async def _each(command: FlagSet, names: list[str], ask: Callable[[str], Awaitable[object]]) -> int:
    """Ask for each name and print those that went well; one failure fails the whole."""
    if not names:
        command.usage()
    failed = False
    for name in names:
        try:
            await ask(name)
        except DockerError as error:
            syscall.write(2, f"{error}\n".encode())
            failed = True
        else:
            syscall.write(1, f"{name}\n".encode())
    if failed:
        verb = "remove" if command is RM else command.name
        raise DockerError(f"Error: failed to {verb} one or more containers")
    return 0
