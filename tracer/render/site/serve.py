"""Serve a built site to this computer alone, and have pages load again when it is built anew.

Only loopback is listened to, and a request must name it: a page elsewhere whose name was pointed
here gets nothing. Nothing outside the folder is served, nor is a listing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tracer.errors import PortError

LOOPBACK = "127.0.0.1"
NAMES = frozenset({LOOPBACK, "localhost"})
_SCRIPT = b"""const now = async () => (await fetch("/.built")).text();
now().then((first) => setInterval(async () => {
  try { if (await now() !== first) location.reload(); } catch { /* the server has stopped */ }
}, 1000));
"""
_ALONE = b"default-src 'none'; style-src"  # the policy of a page that runs no script
_TAG = b'<script src="/.reload.js" defer></script></head>'


class Server(ThreadingHTTPServer):
    """Serves one folder."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Path, mark: str, port: int) -> None:
        self.folder, self.mark = folder.resolve(), mark
        super().__init__((LOOPBACK, port), _Handler)


class _Handler(SimpleHTTPRequestHandler):
    server: Server
    extensions_map = {  # noqa: RUF012 - as the base has it
        "": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".mjs": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".tour": "application/json",
        ".wasm": "application/wasm",
        ".zip": "application/zip",
    }

    def __init__(self, request: object, address: object, server: Server) -> None:
        super().__init__(request, address, server, directory=str(server.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with a file, or what tells a page to load again."""
        found = self._answer()
        if found is None and self.command == "HEAD":
            super().do_HEAD()
        elif found is None:
            super().do_GET()
        elif found:
            self._send(*found)

    def do_HEAD(self) -> None:
        """Answer with the head of a file."""
        self.do_GET()

    def _answer(self) -> tuple[bytes, str] | tuple[()] | None:
        """What is not simply a file: its content and kind; nothing if it was refused."""
        path = self.path.partition("?")[0]
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in NAMES:
            self.send_error(HTTPStatus.FORBIDDEN, "this server answers only to localhost")
            return ()
        if path == "/.reload.js":
            return _SCRIPT, "text/javascript"
        if path == "/.built":
            return self._built(), "text/plain"
        place = Path(self.translate_path(path))
        place = place / "index.html" if place.is_dir() else place
        hidden = any(name.startswith(".") for name in path.split("/"))
        if hidden or not place.is_file() or self.server.folder not in place.resolve().parents:
            self.send_error(HTTPStatus.NOT_FOUND, "there is no such page")
            return ()
        if place.suffix == ".html":
            page = place.read_bytes()
            if _ALONE not in page:
                page = page.replace(b"</head>", _TAG, 1)
            return page, self.extensions_map[".html"]
        return None

    def _built(self) -> bytes:
        """When the site was built; the folder is replaced as a whole."""
        try:
            return str((self.server.folder / self.server.mark).stat().st_mtime_ns).encode()
        except OSError:
            return b""

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def end_headers(self) -> None:
        """Have a browser ask again each time."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing of each request."""


@contextmanager
def serving(folder: Path, mark: str, port: int) -> Iterator[Server]:
    """Listen on a port of loopback, 0 for any free one; `mark` is a file that a build renews.

    Raises:
        PortError: the port cannot be had.

    """
    try:
        server = Server(folder, mark, port)
    except (OSError, OverflowError) as error:
        raise PortError(port, getattr(error, "strerror", None) or str(error)) from None
    with server:
        yield server
