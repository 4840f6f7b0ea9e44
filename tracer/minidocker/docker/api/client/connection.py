"""The client's side of HTTP: requests and answers, and streams that take the connection over."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.errors import DockerError, NotFoundError, UsageError
from tracer.minidocker.docker.pkg.stdcopy import Write, std_copy
from tracer.minidocker.golib import goroutine, http, net
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

VERSION = "/v1.14"


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
        if response.status == NotFoundError.status:
            raise NotFoundError(f"Error response from daemon: {response.body}")
        if response.status >= UsageError.status:
            raise DockerError(f"Error response from daemon: {response.body}")
        return response.body

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
        status, early = await http.read_head(connection)
        hijacked.close()
        if status >= UsageError.status:
            raise DockerError(f"Error response from daemon: {early.decode()}")
        received = goroutine.go(partial(self._receive, connection, early))
        if streams.get("stdin"):
            goroutine.go(partial(self._send, connection))
        await received.receive()
        syscall.close(connection)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).hijack$2")
    async def _receive(self, connection: int, early: bytes) -> None:
        """Print both streams where they belong, from what has come with the answer on."""
        await std_copy(_print, _complain, _reading(connection, early))

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

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).streamHelper")
    async def stream_helper(
        self, path: str, query: dict[str, str], show: Write | None = None
    ) -> None:
        """Print an answer while it comes: two streams, unless somebody else shows it."""
        connection = await net.dial(self.socket)
        syscall.write(connection, http.Request("GET", f"{VERSION}{path}", query).encode())
        status, early = await http.read_head(connection)
        read = _reading(connection, early)
        if status >= UsageError.status:
            raise DockerError(f"Error: {(await read()).decode()}")
        if show is None:
            await std_copy(_print, _complain, read)
        else:
            while data := await read():
                show(data)
        syscall.close(connection)


def _print(data: bytes) -> None:
    syscall.write(1, data)


def _complain(data: bytes) -> None:
    syscall.write(2, data)


def _reading(connection: int, early: bytes) -> Callable[[], Awaitable[bytes]]:
    """Read a connection of which a part has been read already."""
    first = [early] if early else []

    async def read() -> bytes:
        return first.pop() if first else await syscall.read(connection)

    return read
