"""The programs in the image: what a container runs. They see only what the kernel shows them."""

import shlex
from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker import ioutil, syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import Clone

Main = Callable[[list[str], dict[str, str]], Awaitable[int]]


async def echo(argv: list[str], env: dict[str, str]) -> int:
    """Print the arguments."""
    del env
    syscall.write(1, (" ".join(argv[1:]) + "\n").encode())
    return 0


async def true(argv: list[str], env: dict[str, str]) -> int:
    """Succeed."""
    del argv, env
    return 0


async def false(argv: list[str], env: dict[str, str]) -> int:
    """Fail."""
    del argv, env
    return 1


async def hostname(argv: list[str], env: dict[str, str]) -> int:
    """Print the host's name."""
    del argv, env
    syscall.write(1, f"{syscall.uname()}\n".encode())
    return 0


async def cat(argv: list[str], env: dict[str, str]) -> int:
    """Print files."""
    del env
    for path in argv[1:]:
        try:
            syscall.write(1, (await ioutil.read_file(path)).encode())
        except KernelError as error:
            syscall.write(2, f"cat: {path}: {error}\n".encode())
            return 1
    return 0


async def ps(argv: list[str], env: dict[str, str]) -> int:
    """List the processes that /proc shows."""
    del argv, env
    syscall.write(1, b"PID   COMMAND\n")
    for pid in syscall.getdents("/proc"):
        if pid.isdecimal():
            command = (
                (await ioutil.read_file(f"/proc/{pid}/cmdline")).rstrip("\0").replace("\0", " ")
            )
            syscall.write(1, f"{pid:>3}   {command}\n".encode())
    return 0


async def sh(argv: list[str], env: dict[str, str]) -> int:
    """Run simple commands: `sh -c "echo a; hostname"`, each in a child."""
    status = 0
    for line in " ".join(argv[2:3]).split(";"):
        words = [env.get(each[1:], "") if each[:1] == "$" else each for each in shlex.split(line)]
        if words:
            pid = await syscall.clone(Clone(0), partial(_become, words, env))
            _, status = await syscall.wait4(pid)
    return status


async def _become(words: list[str], env: dict[str, str]) -> None:
    if words[0] == "exit":
        syscall.exit_group(int(words[1]))
    try:
        syscall.execve(f"/bin/{words[0]}", words, env)
    except KernelError:
        syscall.write(2, f"sh: {words[0]}: not found\n".encode())
        syscall.exit_group(127)


PROGRAMS: dict[str, Main] = {
    "cat": cat,
    "echo": echo,
    "false": false,
    "hostname": hostname,
    "ps": ps,
    "sh": sh,
    "true": true,
}
