"""HTTP, as little as is needed: one request per connection, over a unix socket or TCP.

Not modelled: TLS. What goes to an https address goes to its port as plain text.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tracer.minidocker import syscall
from tracer.minidocker.golib import net
from tracer.minidocker.golib.pipe import read_all
from tracer.minidocker.kernel.sockets import Address

PORTS = {"http": 80, "https": 443}
REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    409: "Conflict",
}


@dataclass(frozen=True)
class Request:
    """What the client asks."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Write the request."""
        target = f"{self.path}?{urlencode(self.query)}" if self.query else self.path
        fields = {"Host": "docker", **self.headers, "Content-Length": len(self.body.encode())}
        return f"{self.method} {target} HTTP/1.1\r\n{_lines(fields)}\r\n{self.body}".encode()


@dataclass
class Response:
    """An answer; its body may still be arriving."""

    connection: int
    status: int
    headers: dict[str, str]  # their names in small letters
    early: bytes  # of the body, what came with the head

    async def read(self) -> bytes:
        """Return the next piece of the body; no bytes mean the end."""
        piece, self.early = self.early or await syscall.read(self.connection), b""
        return piece

    async def text(self) -> str:
        """Read the body to its end and close the connection."""
        data = await read_all(self.read)
        self.close()
        return data.decode()

    def close(self) -> None:
        """Let the connection go."""
        syscall.close(self.connection)


@dataclass(frozen=True)
class Client:
    """A client for one request: it dials one address, whatever the request's path says."""

    address: Address

    async def do(self, request: Request) -> Response:
        """Send a request and return when the head of the answer is here."""
        connection = await net.dial(self.address)
        syscall.write(connection, request.encode())
        return await read_response(connection)


async def address_of(url: str) -> Address:
    """Find where a URL's host listens."""
    parts = urlsplit(url)
    return await net.resolve(parts.hostname or ""), parts.port or PORTS[parts.scheme]


async def read_response(connection: int) -> Response:
    """Read the head of an answer; what has come of the body with it is kept."""
    data = await _read_head(connection)
    head, _, early = data.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return Response(connection, int(first.split()[1]), _fields(rest), early)


async def read_request(connection: int) -> Request:
    """Read a request."""
    data = await _read_head(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    method, target, _ = first.split()
    path, _, query = target.partition("?")
    headers = _fields(rest)
    while len(body) < int(headers.get("content-length", 0)):
        body += await syscall.read(connection)
    return Request(method, path, dict(parse_qsl(query)), body.decode(), headers)


def answer(
    connection: int,
    status: int,
    body: dict[str, Any] | list[Any] | str | bytes = "",
    headers: dict[str, str] | None = None,
) -> None:
    """Write an answer; a stream that follows has no length."""
    if isinstance(body, dict | list):
        body = json.dumps(body)
    reason = REASONS.get(status, "Internal Server Error")
    head = f"HTTP/1.1 {status} {reason}\r\n{_lines(headers or {})}\r\n"
    syscall.write(connection, head.encode() + (body.encode() if isinstance(body, str) else body))


async def _read_head(connection: int) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (more := await syscall.read(connection)):
        data += more
    return data


def _fields(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.lower(): value.strip() for name, _, value in pairs}


def _lines(fields: dict[str, Any]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items())
