"""The client's side of HTTP: requests and answers, and streams that take the connection over."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.engine import Env
from tracer.minidocker.docker.errors import DockerError, NotFoundError, UsageError
from tracer.minidocker.docker.pkg import broadcastwriter
from tracer.minidocker.golib import http, net
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

VERSION = "/v1.14"


class Connection:
    """What a command needs to ask the daemon."""

    def __init__(self, socket: str) -> None:
        self.socket = socket

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).call")
    async def call(
        self, path: str, data: dict[str, object], query: dict[str, str] | None = None
    ) -> str:
        """Send a request and return the body of the answer, or raise what went wrong."""
        request = http.Request("POST", f"{VERSION}{path}", query or {}, Env(data).encode())
        response = await self._http_client().do(request)
        if response.status == NotFoundError.status:
            raise NotFoundError(response.body)
        if response.status >= UsageError.status:
            raise DockerError(response.body)
        return response.body

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).HTTPClient")
    def _http_client(self) -> http.Client:
        """Make a client that dials the daemon's socket."""
        return http.Client(self.socket)

    @twin_of("(*github.com/docker/docker/api/client.DockerCli).hijack")
    async def hijack(self, path: str, hijacked: Wait) -> None:
        """Take the connection over from HTTP, and print what comes over it."""
        connection = await net.dial(self.socket)
        query = {"stdout": "1", "stderr": "1", "stream": "1"}
        syscall.write(connection, http.Request("POST", f"{VERSION}{path}", query).encode())
        _, _, early = (await syscall.read(connection)).partition(b"\r\n\r\n")
        hijacked.close()
        while data := early or await syscall.read(connection):
            for stream, text in broadcastwriter.frames(data):
                syscall.write(stream, text)
            early = b""
        syscall.close(connection)
