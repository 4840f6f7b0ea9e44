"""The client's side of HTTP: requests and answers, and streams that take the connection over."""

from contextlib import suppress

from tracer.minidocker import syscall
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.errors import DockerError, NotFoundError, UsageError
from tracer.minidocker.docker.pkg import broadcastwriter
from tracer.minidocker.docker.pkg.jsonmessage import display_json_messages_stream
from tracer.minidocker.docker.registry.auth import ConfigFile, load_config
from tracer.minidocker.golib import goroutine, http, net
from tracer.minidocker.golib.pipe import read_all
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

VERSION = "/v1.14"
HOME = "/root"  # whoever types on this machine is root


class Connection:
    """What a command needs to ask the daemon."""

    def __init__(self, socket: str) -> None:
        self.socket = socket

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).call")
    async def call(
        self,
        path: str,
        data: dict[str, object] | None = None,
        query: dict[str, str] | None = None,
        *,
        method: str = "POST",
    ) -> str:
        """Send a request and return the body of the answer, or raise what went wrong."""
        body = "" if data is None else Env(data).encode()
        request = http.Request(method, f"{VERSION}{path}", query or {}, body)
        response = await self._http_client().do(request)
        return await _explain(response)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).stream")
    async def stream(
        self, path: str, query: dict[str, str], headers: dict[str, str], output: int = 1
    ) -> None:
        """Send a request whose answer takes long, and print it while it arrives."""
        await self.stream_helper(path, query, headers, output)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).streamHelper")
    async def stream_helper(
        self, path: str, query: dict[str, str], headers: dict[str, str], output: int
    ) -> None:
        """Choose by the type of the answer how to show it."""
        request = http.Request("POST", f"{VERSION}{path}", query, headers=headers)
        response = await self._http_client().do(request)
        if response.status >= UsageError.status:
            await _explain(response)
        if response.headers.get("content-type") == "application/json":
            await display_json_messages_stream(response, output)
        else:
            syscall.write(output, await read_all(response))
        response.close()

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).LoadConfigFile")
    async def load_config_file(self) -> ConfigFile:
        """Read the logins of the user, whom the daemon does not know."""
        return await load_config(HOME)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).HTTPClient")
    def _http_client(self) -> http.Client:
        """Make a client that dials the daemon's socket."""
        return http.Client(self.socket)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).hijack")
    async def hijack(self, path: str, hijacked: Wait, streams: dict[str, bool]) -> None:
        """Take the connection over from HTTP: what we read goes there, what comes is printed."""
        connection = await net.dial(self.socket)
        query = {name: "1" for name, wanted in {**streams, "stream": True}.items() if wanted}
        syscall.write(connection, http.Request("POST", f"{VERSION}{path}", query).encode())
        head, _, early = (await syscall.read(connection)).partition(b"\r\n\r\n")
        hijacked.close()
        if int(head.split()[1]) >= UsageError.status:
            raise DockerError(f"Error response from daemon: {early.decode()}")
        if streams.get("stdin"):
            goroutine.start(_copy_input(connection))
        while data := early or await syscall.read(connection):
            for stream, text in broadcastwriter.frames(data):
                syscall.write(stream, text)
            early = b""
        syscall.close(connection)


async def _copy_input(connection: int) -> None:
    """Send standard input to its end, and say that it was the end."""
    with suppress(KernelError):  # nothing to read, or nobody who reads
        while data := await syscall.read(0):
            syscall.write(connection, data)
    with suppress(KernelError):
        syscall.shutdown(connection)


async def _explain(response: http.Response) -> str:
    """Return the body of an answer, or raise what it complains of."""
    text = await response.text()
    if response.status == NotFoundError.status:
        raise NotFoundError(f"Error response from daemon: {text}")
    if response.status >= UsageError.status:
        raise DockerError(f"Error response from daemon: {text}")
    return text
