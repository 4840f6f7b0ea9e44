"""Programs that talk over the network: httpd serves files, wget gets one, nc carries bytes."""

import posixpath
from urllib.parse import urlsplit

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil, net
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.programs.terminal import complain, read_all

EVERYWHERE = "0.0.0.0"  # noqa: S104  # all addresses of this host


async def httpd(argv: list[str], env: dict[str, str]) -> int:
    """Serve the files of a directory for ever: httpd [-f] [-p PORT] [-h DIRECTORY]."""
    del env
    try:
        listener = net.listen((EVERYWHERE, int(_value(argv, "-p", "80"))))
    except KernelError as error:
        return complain("httpd", "bind", error)
    while True:
        connection = await syscall.accept(listener)
        request = (await syscall.read(connection)).decode()
        path = request.split(" ")[1] if request.count(" ") > 1 else "/"
        syscall.write(connection, await _answer(_value(argv, "-h", "."), path))
        syscall.close(connection)


async def wget(argv: list[str], env: dict[str, str]) -> int:
    """Get http://HOST[:PORT]/PATH; to a file of that name, or as -O says (-O - prints it)."""
    del env
    url = urlsplit(argv[-1] if "://" in argv[-1] else f"http://{argv[-1]}")
    path = url.path or "/"
    try:
        connection = await net.dial((await net.resolve(url.hostname or ""), url.port or 80))
    except KernelError as error:
        return complain("wget", f"can't connect to {url.netloc}", error)
    syscall.write(connection, f"GET {path} HTTP/1.0\r\nHost: {url.netloc}\r\n\r\n".encode())
    head, _, body = (await read_all(connection)).partition(b"\r\n\r\n")
    syscall.close(connection)
    status = head.decode().split(" ")[1:2]
    if status != ["200"]:
        return complain("wget", f"server returned {' '.join(status) or 'nothing'}")
    name = _value(argv, "-O", posixpath.basename(path) or "index.html")
    if name == "-":
        syscall.write(1, body)
    else:
        ioutil.write_file(name, body.decode())
    return 0


async def nc(argv: list[str], env: dict[str, str]) -> int:
    """Send what comes in to HOST PORT and print the answer; with -l -p PORT wait for one caller."""
    del env
    try:
        if "-l" in argv:
            listener = net.listen((EVERYWHERE, int(_value(argv, "-p", argv[-1]))))
            connection = await syscall.accept(listener)
        else:
            connection = await net.dial((await net.resolve(argv[-2]), int(argv[-1])))
    except KernelError as error:
        return complain("nc", *argv[1:], error)
    except (IndexError, ValueError):
        return complain("nc", "usage: nc HOST PORT, or nc -l -p PORT")
    syscall.write(connection, await read_all(0))
    syscall.shutdown(connection)
    syscall.write(1, await read_all(connection))
    syscall.close(connection)
    return 0


async def _answer(directory: str, path: str) -> bytes:
    name = posixpath.normpath("/" + path).lstrip("/") or "index.html"
    try:
        body = (await ioutil.read_file(posixpath.join(directory, name))).encode()
    except KernelError:
        return b"HTTP/1.0 404 Not Found\r\n\r\n"
    return b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def _value(argv: list[str], flag: str, default: str) -> str:
    """Return what follows a flag."""
    return argv[argv.index(flag) + 1] if flag in argv[:-1] else default
