"""The command `docker run`: create, attach, start, wait."""

from dataclasses import asdict
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.api.client.pull import pull_image
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.errors import NotFoundError
from tracer.minidocker.docker.runconfig import parse_subcommand
from tracer.minidocker.golib import goroutine
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRun")
async def cmd_run(cli: Connection, args: list[str]) -> int:
    """Create, attach, start, wait: "run" is nothing that the daemon knows.

    Docker 1.2.0 reads the output to its end before it asks for the exit code; here it asks
    first, so that one run shows the waiting too.
    """
    options = parse_subcommand(args)
    query = {"name": options.name} if options.name else {}
    created = await _create(cli, asdict(options.config), query)
    id_, attached = created["Id"], None
    if not options.detach:
        hijacked = Wait()
        attached = goroutine.go(partial(_attach, cli, id_, hijacked))
        await hijacked
    await cli.call(f"/containers/{id_}/start", asdict(options.host_config))
    if attached is None:
        syscall.write(1, f"{id_}\n".encode())
        return 0
    exit_code = await _wait_for_exit(cli, id_)
    await attached.receive()
    return exit_code


async def _create(cli: Connection, config: dict[str, object], query: dict[str, str]) -> Env:
    """Ask for a container; if its image is not on the host, have it pulled and ask again."""
    created = Env()
    try:
        created.decode(await cli.call("/containers/create", config, query))
    except NotFoundError:
        image = str(config["image"])
        syscall.write(2, f"Unable to find image '{image}' locally\n".encode())
        await pull_image(cli, image)
        created.decode(await cli.call("/containers/create", config, query))
    return created


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRun$4")
async def _attach(cli: Connection, id_: str, hijacked: Wait) -> None:
    """Ask for the output before there can be any."""
    await cli.hijack(f"/containers/{id_}/attach", hijacked)


@twin_of("github.com/docker/docker/api/client.waitForExit")
async def _wait_for_exit(cli: Connection, id_: str) -> int:
    """Ask for the exit code; the answer comes when the container ends."""
    answer = Env()
    answer.decode(await cli.call(f"/containers/{id_}/wait", {}))
    return int(answer["StatusCode"])
