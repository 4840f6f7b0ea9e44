"""Programs on files: cat, chmod, dd, ls, mkdir, rm, touch, wc."""

import errno
import posixpath
from collections.abc import Callable

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.programs.terminal import complain, read_all, say

LETTERS = {"device": "c", "directory": "d", "fifo": "p", "file": "-", "socket": "s", "symlink": "l"}


async def cat(argv: list[str], env: dict[str, str]) -> int:
    """Print files, or what comes in."""
    del env
    if not argv[1:]:
        syscall.write(1, await read_all(0))
    status = 0
    for path in argv[1:]:
        try:
            syscall.write(1, (await ioutil.read_file(path)).encode())
        except KernelError as error:
            status = complain("cat", path, error)
    return status


async def chmod(argv: list[str], env: dict[str, str]) -> int:
    """Change the permission bits of files, given in octal."""
    del env
    if not argv[2:] or not set(argv[1]) <= set("01234567"):
        return complain("chmod", "usage: chmod OCTAL FILE...")
    mode = int(argv[1], 8)
    return _for_each("chmod", argv[2:], lambda path: syscall.chmod(path, mode))


async def dd(argv: list[str], env: dict[str, str]) -> int:
    """Copy blocks: if=FILE of=FILE bs=BYTES count=N; a block is held in memory as a whole."""
    del env
    given = {"if": "", "of": "", "bs": "512", "count": ""}
    given |= dict(word.split("=", 1) for word in argv[1:] if "=" in word)
    source = syscall.open_(given["if"]) if given["if"] else 0
    target = syscall.open_(given["of"], Open.O_WRONLY | Open.O_CREAT) if given["of"] else 1
    size, copied = _size(given["bs"]), 0
    syscall.mmap(size)
    while not given["count"] or copied < int(given["count"]):
        block = (await syscall.read(source))[:size]
        if not block:
            break
        syscall.write(target, block)
        copied += 1
    syscall.write(2, f"{copied} records copied\n".encode())
    return 0


async def ls(argv: list[str], env: dict[str, str]) -> int:
    """List directories: -a with hidden names, -l with mode, links, owner and size."""
    del env
    flags, paths = _options(argv)
    status = 0
    for path in paths or ["."]:
        try:
            say(*(_describe(path, name, flags) for name in _names(path, flags)))
        except KernelError as error:
            status = complain("ls", path, error)
    return status


async def mkdir(argv: list[str], env: dict[str, str]) -> int:
    """Make directories; -p also those above, and none that is there."""
    del env
    flags, paths = _options(argv)
    return _for_each("mkdir", paths, ioutil.make_directories if "p" in flags else syscall.mkdir)


async def ln(argv: list[str], env: dict[str, str]) -> int:
    """Give a file a second name, or with -s a path a symbolic link."""
    del env
    flags, paths = _options(argv)
    if len(paths) != 2:  # noqa: PLR2004
        return complain("ln", "usage: ln [-s] TARGET NAME")
    target, name = paths
    try:
        (syscall.symlink if "s" in flags else syscall.link)(target, name)
    except KernelError as error:
        return complain("ln", name, error)
    return 0


async def rm(argv: list[str], env: dict[str, str]) -> int:
    """Remove files; -r directories with all in them, -f without complaint."""
    del env
    flags, paths = _options(argv)
    status = _for_each(
        "rm", paths, _remove_tree if "r" in flags else syscall.unlink, quiet="f" in flags
    )
    return 0 if "f" in flags else status


async def touch(argv: list[str], env: dict[str, str]) -> int:
    """Make files that are not there."""
    del env
    return _for_each("touch", argv[1:], _touch)


async def wc(argv: list[str], env: dict[str, str]) -> int:
    """Count lines, words and bytes of what comes in, or of a file; -l only lines."""
    del env
    flags, paths = _options(argv)
    try:
        data = (await ioutil.read_file(paths[0])).encode() if paths else await read_all(0)
    except KernelError as error:
        return complain("wc", paths[0], error)
    counts = [data.count(b"\n"), len(data.split()), len(data)]
    say(" ".join(map(str, counts[:1] if "l" in flags else counts)))
    return 0


def _size(text: str) -> int:
    """Read a number of bytes, with k or M after it for more."""
    factor = {"k": 1024, "m": 1024**2, "M": 1024**2}.get(text[-1:], 1)
    return int(text if factor == 1 else text[:-1]) * factor


def _options(argv: list[str]) -> tuple[str, list[str]]:
    """Split flags like -la from the rest."""
    flags = [each[1:] for each in argv[1:] if each.startswith("-") and each != "-"]
    return "".join(flags), [each for each in argv[1:] if not each.startswith("-") or each == "-"]


def _names(path: str, flags: str) -> list[str]:
    try:
        names = syscall.getdents(path)
    except KernelError as error:
        if error.errno == errno.ENOTDIR:
            return [path]
        raise
    if "a" in flags:
        return [".", "..", *names]
    return [each for each in names if not each.startswith(".")]


def _describe(directory: str, name: str, flags: str) -> str:
    if "l" not in flags:
        return name
    path = posixpath.join(directory, name) if name != directory else name
    known = syscall.lstat(path)
    target = f" -> {syscall.readlink(path)}" if known.kind == "symlink" else ""
    bits = "".join(
        letter if known.mode >> place & 1 else "-"
        for place, letter in zip(range(8, -1, -1), "rwxrwxrwx", strict=True)
    )
    owner = f"{known.uid:<5} {known.gid:<5}"
    return f"{LETTERS[known.kind]}{bits} {known.links:>3} {owner} {known.size:>8} {name}{target}"


def _for_each(
    program: str, paths: list[str], act: Callable[[str], None], *, quiet: bool = False
) -> int:
    status = 0
    for path in paths:
        try:
            act(path)
        except KernelError as error:
            status = 1 if quiet else complain(program, path, error)
    return status


def _remove_tree(path: str) -> None:
    if syscall.lstat(path).kind != "directory":
        syscall.unlink(path)
        return
    for name in syscall.getdents(path):
        _remove_tree(posixpath.join(path, name))
    syscall.rmdir(path)


def _touch(path: str) -> None:
    syscall.close(syscall.open_(path, Open.O_WRONLY | Open.O_CREAT))
