"""The command line `docker`: it turns words into HTTP requests and output into text."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial

from tracer.minidocker import goroutine, net, streams, syscall, wire
from tracer.minidocker.engine import Env
from tracer.minidocker.errors import DockerError, NotFoundError, UsageError
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.runconfig import parse_subcommand
from tracer.minidocker.twin import twin_of

VERSION = "/v1.14"
CommandMethod = Callable[[list[str]], Awaitable[int]]


class DockerCli:
    """One use of the command line."""

    def __init__(self, socket: str) -> None:
        self.socket = socket

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).Cmd")
    async def cmd(self, args: list[str]) -> int:
        """Run the sub-command that the first word names."""
        try:
            return await self._get_method(args[0])(args[1:])
        except (DockerError, KernelError, IndexError) as error:
            syscall.write(2, f"docker: {error}\n".encode())
            return 1

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).getMethod")
    def _get_method(self, name: str) -> CommandMethod:
        """Find the method by its name, made up from the word: no table lists the commands."""
        method: CommandMethod | None = getattr(self, f"cmd_{name}", None)
        if method is None:
            raise UsageError(f"{name!r} is not a docker command")
        return method

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRun")
    async def cmd_run(self, args: list[str]) -> int:
        """Create, attach, start, wait: "run" is nothing that the daemon knows.

        Docker 1.2.0 reads the output to its end before it asks for the exit code; here it asks
        first, so that one run shows the waiting too.
        """
        options = parse_subcommand(args)
        query = {"name": options.name} if options.name else {}
        created = Env()
        created.decode(await self._call("/containers/create", asdict(options.config), query))
        id_, attached = created["Id"], None
        if not options.detach:
            hijacked = Wait()
            attached = goroutine.go(partial(self._attach, id_, hijacked))
            await hijacked
        await self._call(f"/containers/{id_}/start", asdict(options.host_config))
        if attached is None:
            syscall.write(1, f"{id_}\n".encode())
            return 0
        exit_code = await _wait_for_exit(self, id_)
        await attached.receive()
        return exit_code

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).CmdRun$4")
    async def _attach(self, id_: str, hijacked: Wait) -> None:
        """Ask for the output before there can be any."""
        await self._hijack(f"/containers/{id_}/attach", hijacked)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).hijack")
    async def _hijack(self, path: str, hijacked: Wait) -> None:
        """Take the connection over from HTTP, and print what comes over it."""
        connection = await net.dial(self.socket)
        query = {"stdout": "1", "stderr": "1", "stream": "1"}
        syscall.write(connection, wire.Request("POST", f"{VERSION}{path}", query).encode())
        _, _, early = (await syscall.read(connection)).partition(b"\r\n\r\n")
        hijacked.close()
        while data := early or await syscall.read(connection):
            for stream, text in streams.frames(data):
                syscall.write(stream, text)
            early = b""
        syscall.close(connection)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).call")
    async def _call(
        self, path: str, data: dict[str, object], query: dict[str, str] | None = None
    ) -> str:
        """Send a request and return the body of the answer, or raise what went wrong."""
        request = wire.Request("POST", f"{VERSION}{path}", query or {}, Env(data).encode())
        response = await self._http_client().do(request)
        if response.status == NotFoundError.status:
            raise NotFoundError(response.body)
        if response.status >= UsageError.status:
            raise DockerError(response.body)
        return response.body

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).HTTPClient")
    def _http_client(self) -> wire.Client:
        """Make a client that dials the daemon's socket."""
        return wire.Client(self.socket)


@twin_of("github.com/docker/docker/api/client.NewDockerCli")
def new_docker_cli(socket: str) -> DockerCli:
    """Make the client for the daemon at a socket."""
    return DockerCli(socket)


@twin_of("github.com/docker/docker/api/client.waitForExit")
async def _wait_for_exit(cli: DockerCli, id_: str) -> int:
    """Ask for the exit code; the answer comes when the container ends."""
    answer = Env()
    answer.decode(await cli._call(f"/containers/{id_}/wait", {}))  # noqa: SLF001
    return int(answer["StatusCode"])
