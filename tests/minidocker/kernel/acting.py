"""Processes whose system calls a test makes one by one: `with actor: syscall.mkdir("/a")`."""

from collections.abc import Awaitable, Callable
from typing import Any, Self

import pytest

from tracer.minidocker import syscall
from tracer.minidocker.kernel import processes, sysproc
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, Open
from tracer.minidocker.kernel.kernel import Kernel, running_kernel
from tracer.minidocker.kernel.mountinfo import propagation_of
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.processes import Process, Thread
from tracer.minidocker.kernel.scheduler import current_task

NEWNS, SAME = Clone.CLONE_NEWNS, Clone(0)


async def _nothing() -> None:
    pass


class Actor:
    """One process; inside `with` it is the one that runs."""

    def __init__(self, kernel: Kernel, process: Process) -> None:
        body = _nothing()
        self.kernel, self.process = kernel, process
        self.thread = Thread(process, body)
        body.close()
        self.tokens: list[Any] = []

    def __enter__(self) -> Self:
        self.tokens = [running_kernel.set(self.kernel), current_task.set(self.thread)]
        return self

    def __exit__(self, *_: object) -> None:
        running_kernel.reset(self.tokens[0])
        current_task.reset(self.tokens[1])

    def fork(self, flags: Clone = SAME) -> "Actor":
        """Make a child, with its own namespaces where the flags say so."""
        thread = sysproc.create(self.process, flags, _nothing)
        thread.body.close()
        assert thread.process.courier  # every process has one
        thread.process.courier.cancel()
        return Actor(self.kernel, thread.process)

    def become(self, uid: int) -> "Actor":
        """Become a user without capabilities."""
        self.process.uid = self.process.gid = uid
        self.process.capabilities = frozenset()
        return self


def boot() -> Actor:
    """The first process of a machine with an empty disk; nothing is open."""
    kernel = Kernel(Directory())
    for number in list(kernel.first.descriptors):
        kernel.first.close(number)
    return Actor(kernel, kernel.first)


def finish(call: Awaitable[Any]) -> Any:
    """The result of a call that does not sleep."""
    try:
        next(call.__await__())
    except StopIteration as stopped:
        return stopped.value
    raise AssertionError("it sleeps")


def refusal(call: Callable[..., Any], *arguments: Any) -> str:
    """The error that a call ends with."""
    with pytest.raises(KernelError) as caught:
        call(*arguments)
    return caught.value.name


def write(path: str, text: str = "") -> None:
    number = syscall.open_(path, Open.O_WRONLY | Open.O_CREAT | Open.O_TRUNC)
    syscall.write(number, text.encode())
    syscall.close(number)


def read(path: str) -> str:
    number = syscall.open_(path)
    text: str = finish(syscall.read(number)).decode()
    syscall.close(number)
    return text


def directories(*paths: str) -> None:
    for path in paths:
        syscall.mkdir(path)


def table(path: str = "/") -> list[str]:
    """The mounts of the running process at and below a path: where, and how they propagate."""
    process = processes.running_process()
    rows = process.namespaces.mnt.visible(process.root)
    return [
        " ".join([point, mount.source, *propagation_of(mount, process.root)])
        for point, mount in rows
        if point.startswith(path)
    ]
