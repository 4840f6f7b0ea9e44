"""Commands that look at containers: ps, inspect, top."""

import json
from collections.abc import Callable
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.pkg.mflag import Flag, FlagSet
from tracer.minidocker.golib import time
from tracer.minidocker.golib.tabwriter import table
from tracer.minidocker.twin import twin_of

HEADER = ("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES")
SHORT_ID, SHORT_COMMAND = 12, 20
PS = FlagSet(
    "ps",
    "[OPTIONS]",
    "List containers",
    Flag(("a", "all"), False, "Those too that do not run"),
    Flag(("before",), "", "Only those created before this one"),
    Flag(("f", "filter"), [], "Only those with exited=CODE"),
    Flag(("l", "latest"), False, "Only the newest"),
    Flag(("n",), -1, "Only the newest N"),
    Flag(("no-trunc",), False, "Print ids and commands in full"),
    Flag(("q", "quiet"), False, "Print ids only"),
    Flag(("since",), "", "Only those created after this one"),
)
INSPECT = FlagSet(
    "inspect",
    "CONTAINER|IMAGE [CONTAINER|IMAGE...]",
    "Print all that is known of containers or images",
    Flag(("f", "format"), "", "Print one value, as {{.State.Running}}"),
)
TOP = FlagSet("top", "CONTAINER [ps OPTIONS]", "List the processes of a container")


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdPs")
async def cmd_ps(cli: Connection, args: list[str]) -> int:
    """Print a table; ages are in the machine's own time."""
    flags, names = PS.parse(args)
    if names:
        PS.usage()
    query = {name: str(flags[name]) for name in ("before", "since") if flags[name]}
    query |= {"all": "1"} if flags["all"] else {}
    limit = 1 if flags["n"] == -1 and flags["latest"] else flags["n"]
    query |= {"limit": str(limit)} if limit != -1 else {}
    query |= _filters(flags["filter"])
    found = json.loads(await cli.call("/containers/json", query=query, method="GET"))
    cut: Callable[[str, int], str] = _whole if flags["no-trunc"] else _cut
    if flags["quiet"]:
        lines = "".join(f"{cut(each['Id'], SHORT_ID)}\n" for each in found)
    else:
        lines = table([HEADER, *(_row(each, cut) for each in found)])
    syscall.write(1, lines.encode())
    return 0


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdInspect")
async def cmd_inspect(cli: Connection, args: list[str]) -> int:
    """Print a JSON list; a name is first looked for among containers, then among images."""
    flags, names = INSPECT.parse(args)
    if not names:
        INSPECT.usage()
    found, status = [], 0
    for name in names:
        try:
            found.append(await _look(cli, name))
        except NotFoundError:
            text = f"Error: No such image or container: {name}\n"
            syscall.write(2, text.encode())
            status = 1
    if flags["format"]:
        lines = "".join(f"{_formatted(str(flags['format']), each)}\n" for each in found)
    else:
        lines = json.dumps(found, indent=4)
    syscall.write(1, lines.encode())
    return status


async def cmd_top(cli: Connection, args: list[str]) -> int:
    """Print the table that the host's ps makes, with the container's lines only."""
    _, words = TOP.parse(args)
    if not words:
        TOP.usage()
    name, *options = words
    query = {"ps_args": " ".join(options)} if options else {}
    response = await cli.fetch(f"/containers/{name}/top", query)
    found = json.loads(await response.text())
    syscall.write(1, table([found["Titles"], *found["Processes"]]).encode())
    return 0


async def _look(cli: Connection, name: str) -> dict[str, Any]:
    try:
        text = await cli.call(f"/containers/{name}/json", method="GET")
    except NotFoundError:
        text = await cli.call(f"/images/{name}/json", method="GET")
    found: dict[str, Any] = json.loads(text)
    return found


def _row(known: dict[str, Any], cut: Callable[[str, int], str]) -> tuple[str, ...]:
    return (
        cut(known["Id"], SHORT_ID),
        known["Image"],
        cut(json.dumps(known["Command"]), SHORT_COMMAND),
        f"{time.human_duration(time.since(known['Created']))} ago",
        known["Status"],
        ", ".join(map(_port, known["Ports"])),
        ",".join(name.removeprefix("/") for name in known["Names"]),
    )


def _port(known: dict[str, Any]) -> str:
    inside = f"{known['PrivatePort']}/{known['Type']}"
    return f"{known['IP']}:{known['PublicPort']}->{inside}" if "PublicPort" in known else inside


def _cut(text: str, length: int) -> str:
    return text[:length]


def _whole(text: str, length: int) -> str:
    del length
    return text


def _filters(given: object) -> dict[str, str]:
    """Send what follows `exited=`; the daemon knows no other filter."""
    codes = []
    for word in given if isinstance(given, list) else ():
        name, equals, code = word.partition("=")
        if not equals:
            raise DockerError("bad format of filter (expected name=value)")
        codes += [code] if name.strip().lower() == "exited" else []
    return {"exited": ",".join(codes)} if codes else {}


def _formatted(template: str, known: dict[str, Any]) -> str:
    """Fill in one path of fields: the part of Go's templates that is used most."""
    before, opened, rest = template.partition("{{")
    path, _, after = rest.partition("}}")
    value: Any = known
    for name in path.strip().strip(".").split(".") if opened else ():
        value = value.get(name, "<no value>") if isinstance(value, dict) and name else value
    shown = value if isinstance(value, str) else json.dumps(value)
    return (
        before + shown + (_formatted(after, known) if opened and after else after)
        if opened
        else before
    )
