"""HTTP over a unix socket, as little as client and daemon need: one request per connection."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tracer.minidocker import syscall
from tracer.minidocker.golib import net

REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    304: "Not Modified",
    400: "Bad Request",
    404: "Not Found",
}


@dataclass(frozen=True)
class Request:
    """What the client asks."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def encode(self) -> bytes:
        """Write the request."""
        target = f"{self.path}?{urlencode(self.query)}" if self.query else self.path
        head = f"{self.method} {target} HTTP/1.1\r\nHost: docker\r\n"
        return f"{head}Content-Length: {len(self.body.encode())}\r\n\r\n{self.body}".encode()


@dataclass(frozen=True)
class Response:
    """What the daemon answers."""

    status: int
    body: str


@dataclass(frozen=True)
class Client:
    """A client for one request; whatever the address says, it dials this socket."""

    socket: str

    async def do(self, request: Request) -> Response:
        """Send a request and read the answer to its end."""
        connection = await net.dial(self.socket)
        syscall.write(connection, request.encode())
        data = b""
        while more := await syscall.read(connection):
            data += more
        syscall.close(connection)
        head, _, body = data.decode().partition("\r\n\r\n")
        return Response(int(head.split()[1]), body)


async def read_head(connection: int) -> tuple[int, bytes]:
    """Read an answer's status; what has come of the body with it is returned too."""
    data = b""
    while b"\r\n\r\n" not in data and (more := await syscall.read(connection)):
        data += more
    head, _, early = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), early


async def read_request(connection: int) -> Request:
    """Read a request."""
    data = b""
    while b"\r\n\r\n" not in data and (more := await syscall.read(connection)):
        data += more
    head, _, body = data.decode().partition("\r\n\r\n")
    method, target, _ = head.split("\r\n")[0].split()
    path, _, query = target.partition("?")
    return Request(method, path, dict(parse_qsl(query)), body)


def answer(connection: int, status: int, body: dict[str, Any] | str = "") -> None:
    """Write an answer; a stream that follows has no length."""
    text = body if isinstance(body, str) else json.dumps(body)
    head = f"HTTP/1.1 {status} {REASONS.get(status, 'Internal Server Error')}\r\n\r\n"
    syscall.write(connection, f"{head}{text}".encode())
