"""The commands `docker commit` and `docker diff`."""

import json

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.archive.changes import ChangeType
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.pkg.mflag import Flag, FlagSet
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag
from tracer.minidocker.docker.registry.registry import resolve_repository_name
from tracer.minidocker.twin import twin_of

COMMIT = FlagSet(
    "commit",
    "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
    "Create a new image from a container's changes",
    Flag(("a", "author"), "", "Who made it"),
    Flag(("m", "message"), "", "Commit message"),
    Flag(("p", "pause"), True, "Pause container during commit"),  # its default
)
DIFF = FlagSet("diff", "CONTAINER", "Inspect changes on a container's filesystem")


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdCommit")
async def cmd_commit(cli: Connection, args: list[str]) -> int:
    """Ask for an image of a container, and print its id."""
    flags, names = COMMIT.parse(args)
    if len(names) not in (1, 2):
        COMMIT.usage()
    repository, tag = parse_repository_tag(names[1] if len(names) > 1 else "")
    if repository:
        resolve_repository_name(repository)
    query = {"container": names[0], "repo": repository, "tag": tag}
    query |= {"comment": str(flags["message"]), "author": str(flags["author"])}
    query |= {} if flags["pause"] else {"pause": "0"}
    made = Env()
    made.decode(await cli.call("/commit", None, query))
    syscall.write(1, f"{made['Id']}\n".encode())
    return 0


async def cmd_diff(cli: Connection, args: list[str]) -> int:
    """List what a container has changed, a letter and a path each."""
    _, names = DIFF.parse(args)
    if len(names) != 1:
        DIFF.usage()
    text = await cli.call(f"/containers/{names[0]}/changes", None, method="GET")
    for each in json.loads(text):
        syscall.write(1, f"{ChangeType(each['Kind']).name} {each['Path']}\n".encode())
    return 0
