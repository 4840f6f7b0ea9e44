"""Runs a sequence on the simulated kernel, as on the real one: process 2, an empty root."""

from typing import Any

from linux import programs
from linux.sequence import Sequence

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel


def run(one: Sequence) -> dict[str, Any]:
    """Return what the sequence observes; what breaks in it breaks here."""
    kernel = Kernel(Directory())
    for content, main in programs.MAINS.items():
        kernel.install(content, main)
    seen: dict[str, Any] = {}

    def observe(name: str, value: Any) -> None:
        assert name not in seen, f"{one.name} observes {name} twice"
        seen[name] = value

    async def entry() -> None:
        await one.run(syscall, observe)
        syscall.exit_group(0)

    first = kernel.start(entry)
    kernel.first.start_thread(reap(first.pid))
    try:
        kernel.run()
    finally:
        for task in kernel.system.scheduler.ready:
            task.body.close()  # what broke leaves others that never began
    assert first.status == 0, f"{one.name} ended with {first.status} on the simulated kernel"
    return seen


async def reap(last: int) -> None:
    """Be the init: wait for whoever ends, up to the sequence itself."""
    while (await syscall.wait4(-1))[0] != last:
        pass
