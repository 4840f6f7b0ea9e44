"""Whole files and directory trees by several system calls, as Go's io/ioutil does."""

import errno
import json
import posixpath
from collections.abc import Iterator
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open


def write_file(path: str, content: str | bytes, *, create: bool = True, mode: int = 0o644) -> None:
    """Write a file, new or over its old content."""
    flags = Open.O_WRONLY | Open.O_CREAT | Open.O_TRUNC if create else Open.O_WRONLY
    number = syscall.open_(path, flags, mode)
    try:
        syscall.write(number, content.encode() if isinstance(content, str) else content)
    finally:
        syscall.close(number)


def write_json(path: str, value: dict[str, Any]) -> None:
    """Write a value so that equal values give equal bytes."""
    write_file(path, json.dumps(value, sort_keys=True))


async def read_file(path: str) -> str:
    """Read a whole file of text."""
    return (await read_bytes(path)).decode()


async def read_bytes(path: str) -> bytes:
    """Read a whole file."""
    number = syscall.open_(path)
    data = await syscall.read(number)
    syscall.close(number)
    return data


def exists(path: str) -> bool:
    """Say whether a path leads anywhere."""
    try:
        syscall.stat(path)
    except KernelError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return False
        raise
    return True


def make_directories(path: str) -> None:
    """Make a directory and all that are missing above it."""
    if not exists(path):
        make_directories(posixpath.dirname(path))
        syscall.mkdir(path)


def remove_all(path: str) -> None:
    """Remove a file, or a directory with all in it; what is not there needs no removing."""
    try:
        kind = syscall.lstat(path).kind
    except KernelError as error:
        if error.errno == errno.ENOENT:
            return
        raise
    if kind != "directory":
        syscall.unlink(path)
        return
    for name in syscall.getdents(path):
        remove_all(f"{path}/{name}")
    syscall.rmdir(path)


def walk(root: str) -> Iterator[str]:
    """Visit a directory and all in it, each before what it holds, in the order of the names."""
    yield root
    if syscall.lstat(root).kind == "directory":
        for name in syscall.getdents(root):
            yield from walk(f"{root}/{name}")


def tree_size(directory: str) -> int:
    """Add up the bytes of all files below a directory."""
    found = map(syscall.lstat, walk(directory))
    return sum(each.size for each in found if each.kind != "directory")


def eval_symlinks(path: str) -> str:
    """Follow all symbolic links of a path that exists."""
    real, rest = "/", path.split("/")
    while rest:
        name = rest.pop(0)
        if name in ("", "."):
            continue
        real = posixpath.normpath(posixpath.join(real, name))
        if syscall.lstat(real).kind == "symlink":
            target = syscall.readlink(real)
            real = "/" if target.startswith("/") else posixpath.dirname(real)
            rest = [*target.split("/"), *rest]
    return real
