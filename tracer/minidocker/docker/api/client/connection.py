"""The client's side of HTTP: requests and answers, and streams that take the connection over."""

from contextlib import suppress
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.errors import DockerError, NotFoundError, UsageError
from tracer.minidocker.docker.pkg.jsonmessage import display_json_messages_stream
from tracer.minidocker.docker.pkg.stdcopy import std_copy
from tracer.minidocker.docker.registry.auth import ConfigFile, load_config
from tracer.minidocker.golib import goroutine, http, net
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

    async def fetch(self, path: str, query: dict[str, str] | None = None) -> http.Response:
        """Get something, maybe a stream, for a command that no story tells: it is no twin."""
        response = await http.Client(self.socket).do(
            http.Request("GET", f"{VERSION}{path}", query or {})
        )
        if response.status >= UsageError.status:
            await _explain(response)
        return response

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).stream")
    async def stream(
        self, path: str, query: dict[str, str], headers: dict[str, str], output: int = 1
    ) -> None:
        """Send a request whose answer takes long, and print it while it arrives."""
        request = http.Request("POST", f"{VERSION}{path}", query, headers=headers)
        await self.stream_helper(request, output)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).streamHelper")
    async def stream_helper(self, request: http.Request, output: int = 1) -> None:
        """Choose by the type of the answer how to show it: two streams, unless it says more."""
        response = await self._http_client().do(request)
        if response.status >= UsageError.status:
            await _explain(response)
        if response.headers.get("content-type") == "application/json":
            await display_json_messages_stream(response, output)
        else:
            await std_copy(_print, _complain, response.read)
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
        connection = await self._dial()
        query = {name: "1" for name, wanted in {**streams, "stream": True}.items() if wanted}
        syscall.write(connection, http.Request("POST", f"{VERSION}{path}", query).encode())
        response = await http.read_response(connection)
        hijacked.close()  # no output can be missed now: whoever waits may ask for the start
        if response.status >= UsageError.status:
            await _explain(response)
        received = goroutine.go(partial(self._receive, response))
        if streams.get("stdin"):
            goroutine.go(partial(self._send, connection))
        await received.receive()
        response.close()

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).hijack$2")
    async def _receive(self, response: http.Response) -> None:
        """Print both streams where they belong, from what has come with the answer on."""
        await std_copy(_print, _complain, response.read)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).hijack$3")
    async def _send(self, connection: int) -> None:
        """Send standard input to its end, and say that it was the end."""
        with suppress(KernelError):  # nothing to read, or nobody who reads
            while data := await syscall.read(0):
                syscall.write(connection, data)
        with suppress(KernelError):
            syscall.shutdown(connection)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).dial")
    async def _dial(self) -> int:
        """Connect, without anything of HTTP in between."""
        return await net.dial(self.socket)


def _print(data: bytes) -> None:
    syscall.write(1, data)


def _complain(data: bytes) -> None:
    syscall.write(2, data)


async def _explain(response: http.Response) -> str:
    """Return the body of an answer, or raise what it complains of."""
    text = await response.text()
    if response.status == NotFoundError.status:
        raise NotFoundError(f"Error response from daemon: {text}")
    if response.status >= UsageError.status:
        raise DockerError(f"Error response from daemon: {text}")
    return text
