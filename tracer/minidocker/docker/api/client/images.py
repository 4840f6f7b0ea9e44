"""The commands that show and name images: images, history, tag, rmi."""

import json
from collections.abc import Sequence
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg.mflag import Flag, FlagSet
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag
from tracer.minidocker.docker.registry.registry import resolve_repository_name
from tracer.minidocker.golib import time
from tracer.minidocker.golib.tabwriter import table
from tracer.minidocker.twin import twin_of

QUIET = Flag(("q", "quiet"), False, "Only show numeric IDs")  # its default
WHOLE = Flag(("no-trunc",), False, "Don't truncate output")
FORCE = Flag(("f", "force"), False, "Force")
ALL = Flag(("a", "all"), False, "Show the layers below too")
IMAGES = FlagSet("images", "[OPTIONS] [NAME]", "List images", ALL, WHOLE, QUIET)
HISTORY = FlagSet("history", "[OPTIONS] IMAGE", "Show the history of an image", WHOLE, QUIET)
RMI = FlagSet(
    "rmi",
    "IMAGE [IMAGE...]",
    "Remove one or more images",
    Flag(("f", "force"), False, "Force removal of the image"),
    Flag(("no-prune",), False, "Do not delete untagged parents"),
)
TAG = FlagSet("tag", "[OPTIONS] IMAGE[:TAG] NAME[:TAG]", "Tag an image into a repository", FORCE)
SHOWN = 45  # characters of a command
HEAD = ("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "VIRTUAL SIZE")
HISTORY_HEAD = ("IMAGE", "CREATED", "CREATED BY", "SIZE")
STEP = 1000.0


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdImages")
async def cmd_images(cli: Connection, args: list[str]) -> int:
    """List a line for each name of each image."""
    flags, names = IMAGES.parse(args)
    if len(names) > 1:
        IMAGES.usage()
    query = {"all": "1"} if flags["all"] else {}
    query |= {"filter": names[0]} if names else {}
    found = json.loads(await cli.call("/images/json", None, query, method="GET"))
    rows = [
        (*name.rsplit(":", 1), _id(each, flags), _age(each), human_size(each["VirtualSize"]))
        for each in found
        for name in each["RepoTags"]
    ]
    _print(rows, HEAD, quiet=2 if flags["quiet"] else None)
    return 0


async def cmd_history(cli: Connection, args: list[str]) -> int:
    """List an image and all below it, with the commands that made them."""
    flags, names = HISTORY.parse(args)
    if len(names) != 1:
        HISTORY.usage()
    found = json.loads(await cli.call(f"/images/{names[0]}/history", None, method="GET"))
    rows = [
        (_id(each, flags), _age(each), _command(each, flags), human_size(each["Size"]))
        for each in found
    ]
    _print(rows, HISTORY_HEAD, quiet=0 if flags["quiet"] else None)
    return 0


async def cmd_tag(cli: Connection, args: list[str]) -> int:
    """Give an image one more name."""
    flags, names = TAG.parse(args)
    if len(names) != 2:  # noqa: PLR2004  # old and new
        TAG.usage()
    repository, tag = parse_repository_tag(names[1])
    resolve_repository_name(repository)
    query = {"repo": repository, "tag": tag} | ({"force": "1"} if flags["force"] else {})
    await cli.call(f"/images/{names[0]}/tag", None, query)
    return 0


async def cmd_rmi(cli: Connection, args: list[str]) -> int:
    """Remove names, and images with their last name; one failure fails the whole."""
    flags, names = RMI.parse(args)
    if not names:
        RMI.usage()
    given = {"force": flags["force"], "noprune": flags["no-prune"]}
    query = {name: "1" for name, value in given.items() if value}
    failed = False
    for name in names:
        try:
            text = await cli.call(f"/images/{name}", None, query, method="DELETE")
        except DockerError as error:
            syscall.write(2, f"{error}\n".encode())
            failed = True
            continue
        for each in json.loads(text):
            for word, what in each.items():
                syscall.write(1, f"{word}: {what}\n".encode())
    if failed:
        raise DockerError("Error: failed to remove one or more images")
    return 0


def human_size(size: float) -> str:
    """Write a number of bytes with a unit."""
    for unit in ("B", "kB", "MB"):
        if size < STEP:
            return f"{size:.4g} {unit}"
        size /= STEP
    return f"{size:.4g} GB"


def _print(rows: Sequence[tuple[str, ...]], head: tuple[str, ...], *, quiet: int | None) -> None:
    """Print a table, or only one of its columns."""
    text = table([head, *rows]) if quiet is None else "".join(f"{row[quiet]}\n" for row in rows)
    syscall.write(1, text.encode())


def _id(row: dict[str, Any], flags: dict[str, Any]) -> str:
    id_: str = row["Id"]
    return id_ if flags["no-trunc"] else id_[:12]


def _age(row: dict[str, Any]) -> str:
    return f"{time.human_duration(time.since(row['Created']))} ago"


def _command(row: dict[str, Any], flags: dict[str, Any]) -> str:
    text: str = row["CreatedBy"]
    return text if flags["no-trunc"] else text[:SHOWN]
