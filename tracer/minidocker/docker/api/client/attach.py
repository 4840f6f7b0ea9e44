"""Commands that show a container's output: attach and logs; and the daemon's own: events."""

import json

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import VERSION, Connection
from tracer.minidocker.docker.api.client.signals import forward_all_signals
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg.mflag import Flag, FlagSet
from tracer.minidocker.golib import http
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

ATTACH = FlagSet(
    "attach",
    "[OPTIONS] CONTAINER",
    "Attach to a running container",
    Flag(("no-stdin",), False, "Do not attach its standard input"),
    Flag(("sig-proxy",), True, "Pass signals on to the program"),
)
LOGS = FlagSet(
    "logs",
    "CONTAINER",
    "Print what a container has printed",
    Flag(("f", "follow"), False, "Go on with what comes"),
    Flag(("t", "timestamps"), False, "Print the times"),
    Flag(("tail",), "all", "How many lines from the end"),
)
EVENTS = FlagSet(
    "events",
    "[OPTIONS]",
    "Print what happens to containers",
    Flag(("since",), "", "From this time on, in seconds or as a date"),
    Flag(("until",), "", "Until this time"),
)


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdAttach")
async def cmd_attach(cli: Connection, args: list[str]) -> int:
    """Print the output from now on; the exit code becomes the client's own."""
    flags, names = ATTACH.parse(args)
    if len(names) != 1:
        ATTACH.usage()
    found = Env()
    found.decode(await cli.call(f"/containers/{names[0]}/json", method="GET"))
    if not found["State"]["Running"]:
        raise DockerError("You cannot attach to a stopped container, start it first")
    if flags["sig-proxy"]:
        forward_all_signals(cli, names[0])
    stdin = bool(found["Config"].get("OpenStdin")) and not flags["no-stdin"]
    streams = {"stdin": stdin, "stdout": True, "stderr": True}
    await cli.hijack(f"/containers/{names[0]}/attach", Wait(), streams)
    _, exit_code = await _get_exit_code(cli, names[0])
    return exit_code


@twin_of("github.com/docker/docker/api/client.getExitCode")
async def _get_exit_code(cli: Connection, name: str) -> tuple[bool, int]:
    """Ask whether it still runs, and with what it has ended."""
    found = Env()
    found.decode(await cli.call(f"/containers/{name}/json", method="GET"))
    return found["State"]["Running"], found["State"]["ExitCode"]


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdLogs")
async def cmd_logs(cli: Connection, args: list[str]) -> int:
    """Ask first whether there is such a container: a stream cannot tell."""
    flags, names = LOGS.parse(args)
    if len(names) != 1:
        LOGS.usage()
    await cli.call(f"/containers/{names[0]}/json", method="GET")
    query = {"stdout": "1", "stderr": "1", "tail": str(flags["tail"])}
    query |= {name: "1" for name in ("timestamps", "follow") if flags[name]}
    path = f"{VERSION}/containers/{names[0]}/logs"
    await cli.stream_helper(http.Request("GET", path, query))
    return 0


async def cmd_events(cli: Connection, args: list[str]) -> int:
    """Print events as they come."""
    flags, names = EVENTS.parse(args)
    if names:
        EVENTS.usage()
    query = {name: str(value) for name, value in flags.items() if value}
    response = await cli.fetch("/events", query)
    while data := await response.read():
        _print_events(data)
    response.close()
    return 0


def _print_events(data: bytes) -> None:
    for line in data.decode().splitlines():
        event = json.loads(line)
        text = f"{event['time']} {event['id']}: (from {event['from']}) {event['status']}\n"
        syscall.write(1, text.encode())
