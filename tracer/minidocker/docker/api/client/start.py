"""The command `docker start`."""

from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg.mflag import Flag, FlagSet
from tracer.minidocker.golib import goroutine
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

START = FlagSet(
    "start",
    "CONTAINER [CONTAINER...]",
    "Start containers that have ended",
    Flag(("a", "attach"), False, "Print the output and pass signals on"),
    Flag(("i", "interactive"), False, "Attach stdin"),
)


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdStart")
async def cmd_start(cli: Connection, args: list[str]) -> int:
    """Ask for each container; what it needs is on the daemon's disk, so nothing is sent along."""
    flag, names = START.parse(args)
    if not names:
        START.usage()
    streamed, attached = bool(flag["attach"] or flag["interactive"]), None
    if streamed:
        if len(names) > 1:
            raise DockerError("You cannot start and attach multiple containers at once.")
        attached = await _attach(cli, names[0], stdin=bool(flag["interactive"]))
    failed = [name for name in names if not await _start(cli, name, told=not streamed)]
    if failed:
        raise DockerError("Error: failed to start one or more containers")
    if attached:
        await attached.receive()
    return 0


async def _start(cli: Connection, name: str, *, told: bool) -> bool:
    try:
        await cli.call(f"/containers/{name}/start")
    except DockerError as error:
        syscall.write(2, f"{error}\n".encode())
        return False
    if told:
        syscall.write(1, f"{name}\n".encode())
    return True


async def _attach(cli: Connection, name: str, *, stdin: bool) -> goroutine.Result:
    """Ask for the output in a goroutine of its own, before the start."""
    hijacked = Wait()
    streams = {"stdin": stdin, "stdout": True, "stderr": True}
    attached = goroutine.go(partial(cli.hijack, f"/containers/{name}/attach", hijacked, streams))
    await hijacked
    return attached
