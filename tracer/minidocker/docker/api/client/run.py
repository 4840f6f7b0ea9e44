"""The command `docker run`: create, attach, start, wait."""

from dataclasses import asdict
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.engine import Env
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
    created = Env()
    created.decode(await cli.call("/containers/create", asdict(options.config), query))
    id_, attached = created["Id"], None
    if not options.detach:
        hijacked = Wait()
        attached = goroutine.go(partial(_attach, cli, id_, hijacked))
        await hijacked
    await cli.call(f"/containers/{id_}/start", asdict(options.host_config))
    if attached is None:
        syscall.write(1, f"{id_}\n".encode())
        return 0
    exit_code = await wait_for_exit(cli, id_)
    await attached.receive()
    return exit_code


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRun$4")
async def _attach(cli: Connection, id_: str, hijacked: Wait) -> None:
    """Ask for the output before there can be any."""
    streams = {"stdout": True, "stderr": True}
    await cli.hijack(f"/containers/{id_}/attach", hijacked, streams)


@twin_of("github.com/docker/docker/api/client.waitForExit")
async def wait_for_exit(cli: Connection, id_: str) -> int:
    """Ask for the exit code; the answer comes when the container ends."""
    answer = Env()
    answer.decode(await cli.call(f"/containers/{id_}/wait", {}))
    return int(answer["StatusCode"])
