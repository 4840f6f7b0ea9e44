"""Sequences of system calls, each written once and run on both kernels.

A sequence gets `call`, the system-call interface (`tracer.minidocker.syscall`, or `linux.real`,
which has the same functions over the machine's own kernel), and `observe`, which notes a named
value. It begins as process 2, child of an init that reaps, as root, in fresh namespaces, with an
empty file system, and may use what is below to keep short. Values are such that they can be equal:
names, errors, counts; never a number that only one machine has.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.sysproc import WaitOptions

Observe = Callable[[str, Any], None]
Run = Callable[[Any, Observe], Awaitable[None]]
NEW_FILE = Open.O_WRONLY | Open.O_CREAT | Open.O_TRUNC
WRITE = Open.O_WRONLY
NO_HANG = WaitOptions.WNOHANG
BY_NUMBER = (  # capabilities(7)
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO "
    "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
    "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP"
)
CAPABILITIES = BY_NUMBER.split()
DONE = "done"  # what a call that gives nothing is observed as


@dataclass(frozen=True)
class Sequence:
    """One sequence, and what a machine must have for it."""

    name: str
    topic: str
    run: Run
    needs: tuple[str, ...] = ()  # "cgroup memory", "cgroup2", "x86_64", …
    differs: Mapping[str, str] = field(default_factory=dict)  # observation -> why ours is another


SEQUENCES: dict[str, Sequence] = {}


def sequence(*needs: str, differs: Mapping[str, str] | None = None) -> Callable[[Run], Run]:
    """Enter a function into the table of sequences, by its name."""

    def enter(run: Run) -> Run:
        topic = run.__module__.rpartition(".")[2]
        assert run.__name__ not in SEQUENCES
        SEQUENCES[run.__name__] = Sequence(run.__name__, topic, run, needs, differs or {})
        return run

    return enter


def load() -> dict[str, Sequence]:
    """Import all topics and return the table, sorted by topic and name."""
    package = importlib.import_module("linux.sequences")
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"linux.sequences.{found.name}")
    order = sorted(SEQUENCES.values(), key=lambda each: (each.topic, each.name))
    return {each.name: each for each in order}


def attempt(function: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    """Do a call and say how it went: done, or the name of its error."""
    try:
        function(*arguments, **named)
    except KernelError as refused:
        return refused.name
    return DONE


async def attempted(pending: Awaitable[Any]) -> str:
    """Say how a call that may sleep went."""
    try:
        await pending
    except KernelError as refused:
        return refused.name
    return DONE


async def spawn(call: Any, body: Callable[[], Awaitable[None]], flags: Clone = Clone(0)) -> int:  # noqa: B008
    """Make a child that runs `body` and then exits with 0."""

    async def entry() -> None:
        await body()
        call.exit_group(0)

    pid: int = await call.clone(flags, entry)
    return pid


async def inside(
    call: Any,
    body: Callable[[], Awaitable[None]],
    flags: Clone = Clone(0),  # noqa: B008
) -> int:
    """Run `body` in a child, wait for its end and return its status."""
    _, status = await call.wait4(await spawn(call, body, flags))
    return int(status)


def make(call: Any, *paths: str) -> None:
    """Make directories with all that lead there."""
    for path in paths:
        names = path.strip("/").split("/")
        for end in range(1, len(names) + 1):
            attempt(call.mkdir, "/" + "/".join(names[:end]))


def put(call: Any, path: str, content: str | bytes = "", flags: Open = NEW_FILE) -> None:
    """Write a file from its start."""
    number = call.open_(path, flags)
    if content:
        call.write(number, content.encode() if isinstance(content, str) else content)
    call.close(number)


def setting(call: Any, path: str, value: str) -> None:
    """Write to a file that the kernel makes."""
    put(call, path, value, Open.O_WRONLY)


async def text(call: Any, path: str) -> str:
    """Read a file to its end."""
    number, content = call.open_(path), b""
    while data := await call.read(number):
        content += data
    call.close(number)
    return content.decode()


def ls(call: Any, path: str) -> str:
    """List a directory in one line, or say why not."""
    try:
        return " ".join(sorted(call.getdents(path)))
    except KernelError as refused:
        return str(refused.name)


async def forever(call: Any) -> None:
    """Sleep until somebody kills this process."""
    reader, _ = call.pipe()
    await call.read(reader)


async def until(call: Any, condition: Callable[[], Awaitable[bool]]) -> bool:
    """Wait a little for what another process is about to do."""
    for _ in range(200):
        if await condition():
            return True
        await call.nanosleep(0.01)
    return False


def mount_proc(call: Any) -> None:
    """Show this pid namespace's processes at /proc."""
    attempt(call.mkdir, "/proc")
    call.mount("proc", "/proc", "proc")


async def field(call: Any, pid: int | str, name: str) -> str:
    """Read one line of /proc/PID/status."""
    lines = (await text(call, f"/proc/{pid}/status")).splitlines()
    return next(each.partition(":")[2].strip() for each in lines if each.startswith(f"{name}:"))


async def has_capability(call: Any, pid: int | str, name: str, which: str = "CapEff") -> bool:
    """Look for a capability in one of the sets that /proc/PID/status shows."""
    return bool(int(await field(call, pid, which), 16) >> CAPABILITIES.index(name) & 1)


def executable(call: Any, path: str, content: bytes) -> None:
    """Write a program."""
    put(call, path, content)
    call.chmod(path, 0o755)


async def mounts(call: Any, below: str = "/") -> list[str]:
    """List the mount points below a directory and how each propagates, with groups renumbered."""
    groups: dict[str, int] = {}
    listed = []
    for line in (await text(call, "/proc/self/mountinfo")).splitlines():
        before, _, _ = line.partition(" - ")
        point, _, *tags = before.split()[4:]
        if point.startswith(below) and point not in ("/", "/proc"):
            shown = [_renumbered(each, groups) for each in tags]
            listed.append(" ".join([point, *shown]))
    return sorted(listed)


def _renumbered(tag: str, groups: dict[str, int]) -> str:
    word, _, group = tag.partition(":")
    return f"{word}:{groups.setdefault(group, len(groups) + 1)}" if group else word
