"""The command `docker run`: create, attach, start, wait."""

from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.client.connection import Connection
from tracer.minidocker.docker.api.client.pull import pull_image
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.runconfig import Config
from tracer.minidocker.docker.runconfig.flags import RUN
from tracer.minidocker.docker.runconfig.parse import RunOptions, parse_subcommand
from tracer.minidocker.golib import encoding, goroutine, ioutil
from tracer.minidocker.golib.environ import environ
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRun")
async def cmd_run(cli: Connection, args: list[str]) -> int:
    """Create, attach, start, wait: "run" is nothing that the daemon knows.

    Docker 1.2.0 reads the output to its end before it asks for the exit code; here it asks
    first, so that one run shows the waiting too.
    """
    options = await parse_subcommand(RUN, args, environ())
    if not options.config.image:
        RUN.usage()
    _refuse_id_file(options)
    id_ = await _create(cli, options)
    config, attached, hijacked = options.config, None, Wait()
    if config.attach_stdin or config.attach_stdout or config.attach_stderr:
        attached = goroutine.go(partial(_attach, cli, id_, config, hijacked))
        await hijacked
    await cli.call(f"/containers/{id_}/start", encoding.marshal(options.host_config))
    if not config.attach_stdout and not config.attach_stderr:
        syscall.write(1, f"{id_}\n".encode())
        return 0
    exit_code = await wait_for_exit(cli, id_)
    if attached is not None:
        await attached.receive()
    if options.auto_remove:
        await cli.call(f"/containers/{id_}", None, {"v": "1"}, method="DELETE")
    return exit_code


async def _create(cli: Connection, options: RunOptions) -> str:
    """Have the container made, and write its id where the user wants it."""
    query = {"name": options.name} if options.name else {}
    created = await _create_or_pull(cli, encoding.marshal(options.config), query)
    for warning in created.get("Warnings") or []:
        syscall.write(2, f"WARNING: {warning}\n".encode())
    id_: str = created["Id"]
    if options.host_config.container_id_file:
        ioutil.write_file(options.host_config.container_id_file, id_)
    return id_


async def _create_or_pull(cli: Connection, config: dict[str, object], query: dict[str, str]) -> Env:
    """Ask for a container; if its image is not on the host, have it pulled and ask again."""
    created = Env()
    try:
        created.decode(await cli.call("/containers/create", config, query))
    except NotFoundError:
        image = str(config["Image"])
        syscall.write(2, f"Unable to find image '{image}' locally\n".encode())
        await pull_image(cli, image)
        created.decode(await cli.call("/containers/create", config, query))
    return created


def _refuse_id_file(options: RunOptions) -> None:
    path = options.host_config.container_id_file
    if path and ioutil.exists(path):
        raise DockerError(f"Container ID file found: another container may run, or delete {path}")


@twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRun$4")
async def _attach(cli: Connection, id_: str, config: Config, hijacked: Wait) -> None:
    """Ask for the output before there can be any."""
    streams = {
        "stdin": config.attach_stdin,
        "stdout": config.attach_stdout,
        "stderr": config.attach_stderr,
    }
    await cli.hijack(f"/containers/{id_}/attach", hijacked, streams)


@twin_of("github.com/docker/docker/api/client.waitForExit")
async def wait_for_exit(cli: Connection, id_: str) -> int:
    """Ask for the exit code; the answer comes when the container ends."""
    answer = Env()
    answer.decode(await cli.call(f"/containers/{id_}/wait", {}))
    return int(answer["StatusCode"])
