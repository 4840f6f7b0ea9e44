"""A registry on the outside host: it speaks the first version of the protocol, read-only.

GET /v1/repositories/[library/]NAME/images   ids; names the registry and hands out a token
GET /v1/repositories/[library/]NAME/tags     tag → id
GET /v1/images/ID/ancestry                   ids from the image down to the lowest
GET /v1/images/ID/json                       the description; its layer's size is in the head
GET /v1/images/ID/layer                      the layer, a tar archive packed with gzip
"""

import gzip
import hashlib
import json
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine, http, net

INDEX, HOST = "index.docker.io", "registry-1.docker.io"
PORT = 443  # of https; TLS is not modelled
TOKEN = 'signature=f1e2d3,repository="{}",access=read'  # noqa: S105  # anybody gets it
PATH = re.compile(r"/v1/(repositories/(?:library/)?(.+)/(images|tags)|images/(\w+)/(\w+)|_ping)")
EXECUTABLE = 0o755
CAPABILITY = "SCHILY.xattr.security.capability"
NET_RAW = (  # struct vfs_cap_data: permitted and effective
    "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)


@dataclass(frozen=True)
class Layer:
    """An image as somebody has pushed it."""

    created: str
    command: str  # by which it was made
    files: Mapping[str, bytes | str] = field(default_factory=dict)  # text: where a link leads
    config: Mapping[str, Any] = field(default_factory=dict)

    def archive(self) -> bytes:
        """Pack the files."""
        packed = BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as entries:
            for path, content in sorted(self.files.items()):
                entries.addfile(_header(path, content), BytesIO(_bytes(content)))
        stored = BytesIO()
        with gzip.GzipFile("", "wb", 0, stored, mtime=0) as file:  # zlibs differ in how they pack
            file.write(packed.getvalue())
        return stored.getvalue()

    def size(self) -> int:
        """Count the bytes of the files; that of a link is the length of where it leads."""
        return sum(map(len, self.files.values()))


class Registry:
    """Repositories, their tags and the images behind them."""

    def __init__(self, repositories: Mapping[str, Mapping[str, tuple[Layer, ...]]]) -> None:
        self.tags: dict[str, dict[str, str]] = {}
        self.chains: dict[str, list[str]] = {}  # id → itself and those below
        self.layers: dict[str, Layer] = {}
        for name, tags in repositories.items():
            self.tags[name] = {tag: self._push(layers) for tag, layers in tags.items()}

    def _push(self, layers: tuple[Layer, ...]) -> str:
        """Keep a chain, the lowest layer first; equal chains have equal ids."""
        chain: list[str] = []
        for layer in layers:
            known = f"{chain[:1]}{layer.created}{layer.command}".encode()
            id_ = hashlib.sha256(known).hexdigest()
            chain = [id_, *chain]
            self.chains[id_], self.layers[id_] = chain, layer
        return chain[0]

    async def serve(self) -> None:
        """Answer for ever."""
        listener = net.listen(("0.0.0.0", PORT))  # noqa: S104  # all addresses of the host
        while True:
            connection = await syscall.accept(listener)
            goroutine.start(self._answer(connection))

    async def _answer(self, connection: int) -> None:
        request = await http.read_request(connection)
        http.answer(connection, *self.find(request.path))
        syscall.close(connection)

    def find(self, path: str) -> tuple[int, Any, dict[str, str]]:
        """Return status, body and headers of what is at a path."""
        match = PATH.fullmatch(path)
        _, name, listing, id_, part = match.groups() if match else ("",) * 5
        if path == "/v1/_ping":
            return 200, "true", {"X-Docker-Registry-Standalone": "False"}
        if listing == "tags" and name in self.tags:
            return 200, self.tags[name], {}
        if listing == "images" and name in self.tags:
            ids = sorted({id_ for top in self.tags[name].values() for id_ in self.chains[top]})
            head = {"X-Docker-Endpoints": HOST, "X-Docker-Token": TOKEN.format(name)}
            return 200, [{"id": each} for each in ids], head
        if id_ in self.layers:
            return self._part(id_, part)
        return 404, {"error": "Image not found" if id_ else "Repository not found"}, {}

    def _part(self, id_: str, part: str) -> tuple[int, Any, dict[str, str]]:
        layer = self.layers[id_]
        size = {"X-Docker-Size": str(layer.size())}
        match part:
            case "ancestry":
                return 200, self.chains[id_], {}
            case "json":
                return 200, encode(self.describe(id_)), size
            case "layer":
                return 200, layer.archive(), {"Content-Type": "application/x-tar"}
            case _:
                return 404, {"error": "Not found"}, {}

    def describe(self, id_: str) -> dict[str, Any]:
        """Write an image's JSON."""
        layer, below = self.layers[id_], self.chains[id_][1:2]
        return {
            "id": id_,
            **({"parent": below[0]} if below else {}),
            "created": layer.created,
            "container_config": {"Cmd": ["/bin/sh", "-c", layer.command]},
            "config": {"Cmd": ["/bin/sh"], **layer.config},
            "Size": layer.size(),
        }


def encode(description: dict[str, Any]) -> str:
    """Write a description as Go does."""
    return json.dumps(description, sort_keys=True, separators=(",", ":"))


def _header(path: str, content: bytes | str) -> tarfile.TarInfo:
    header = tarfile.TarInfo(path)
    if isinstance(content, str):
        header.type, header.linkname, header.mode = tarfile.SYMTYPE, content, 0o777
    elif path.endswith("/"):
        header.type, header.mode = tarfile.DIRTYPE, EXECUTABLE
    else:
        header.size = len(content)
        header.mode = EXECUTABLE if content.startswith(b"\x7fELF") else 0o644
    if path == "bin/ping":
        header.pax_headers = {CAPABILITY: NET_RAW}
    return header


def _bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else b""
