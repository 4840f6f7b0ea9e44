"""One binary, several first functions: argv[0] chooses, as a process must start at some `main`."""

from collections.abc import Awaitable, Callable

from tracer.minidocker.golib.exec import look_path
from tracer.minidocker.kernel.processes import running_process
from tracer.minidocker.twin import twin_of

Initializer = Callable[[list[str]], Awaitable[None]]
REGISTERED: dict[str, Initializer] = {}


def register(name: str, initializer: Initializer) -> None:
    """Say which function is first when argv[0] is `name`."""
    REGISTERED[name] = initializer


@twin_of("github.com/docker/docker/reexec.Self")
def self_path() -> str:
    """Say where this program is, so that it can be started again under another name."""
    name = running_process().argv[0]
    return look_path(name) or name


@twin_of("github.com/docker/docker/reexec.Init")
async def init(argv: list[str]) -> bool:
    """Run the function registered for argv[0], if there is one."""
    initializer = REGISTERED.get(argv[0])
    if initializer is None:
        return False
    await initializer(argv)
    return True
