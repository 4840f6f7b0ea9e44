"""The command `docker pull`, and what `docker run` does about an image that is not there."""

import base64
import json
from dataclasses import asdict

from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.pkg.mflag import FlagSet
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag
from tracer.minidocker.docker.registry.auth import AuthConfig
from tracer.minidocker.docker.registry.registry import resolve_repository_name
from tracer.minidocker.twin import twin_of

PULL = FlagSet("pull", "NAME[:TAG]", "Pull an image or a repository from the registry")


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdPull")
async def cmd_pull(cli: Connection, args: list[str]) -> int:
    """Ask the daemon, which does the work; the client adds the login of its user."""
    _, names = PULL.parse(args)
    if len(names) != 1:
        PULL.usage()
    repository, _ = parse_repository_tag(names[0])
    host, _ = resolve_repository_name(repository)
    logins = await cli.load_config_file()
    await _pull(cli, {"fromImage": names[0]}, logins.resolve_auth_config(host))
    return 0


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdPull$1")
async def _pull(cli: Connection, query: dict[str, str], login: AuthConfig) -> None:
    """Send the request; if a login were asked for, it would be sent once more."""
    await cli.stream("/images/create", query, _login_header(login))


@twin_of("(*github.com/docker/docker/api/client.DockerCli).pullImage")
async def pull_image(cli: Connection, image: str) -> None:
    """Get the one tag that a container is to be made of; progress is no output of it."""
    repository, tag = parse_repository_tag(image)
    host, _ = resolve_repository_name(repository)
    logins = await cli.load_config_file()
    header = _login_header(logins.resolve_auth_config(host))
    query = {"fromImage": repository, "tag": tag or "latest"}
    await cli.stream("/images/create", query, header, output=2)


def _login_header(login: AuthConfig) -> dict[str, str]:
    text = json.dumps(asdict(login)).encode()
    return {"X-Registry-Auth": base64.urlsafe_b64encode(text).decode()}
