"""Jobs by name: the parts of the daemon know one another only through this table."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.goroutine import WaitGroup
from tracer.minidocker.twin import twin_of

FOR_JOBS, FOR_HANDLERS = 5, 10  # seconds that a shutdown waits for them


class Env(dict[str, Any]):
    """Named values that travel as JSON; the client uses it too."""

    @twin_of("(*github.com/docker/docker/engine.Env).Decode")
    def decode(self, text: str) -> None:
        """Take in what the other side has encoded."""
        if text:
            self.update(json.loads(text))

    def encode(self) -> str:
        """Write the values as JSON."""
        return json.dumps(self, sort_keys=True)

    @twin_of("(*github.com/docker/docker/engine.Env).WriteTo")
    def write_to(self, output: list[str]) -> None:
        """Answer a job with the values: whoever ran it decodes them again."""
        output.append(self.encode())


@dataclass
class Job:
    """One call of a registered function: like a process, with arguments, environment and output."""

    engine: "Engine"
    name: str
    function: "JobFunction | None"
    args: tuple[str, ...]
    env: Env = field(default_factory=Env)
    stdin: Callable[[], Awaitable[bytes]] | None = None
    stdout: Callable[[bytes], object] | None = None
    stderr: Callable[[bytes], object] | None = None
    output: list[str] = field(default_factory=list)  # lines, for callers in this process

    def answer(self) -> Env:
        """Give the values that the job has printed."""
        return Env(json.loads(self.output[0]))

    @twin_of("(*github.com/docker/docker/engine.Job).DecodeEnv")
    def decode_env(self, text: str) -> None:
        """Take the body of a request as environment."""
        self.env.decode(text)

    @twin_of("(*github.com/docker/docker/engine.Job).SetenvSubEnv")
    def setenv_sub_env(self, key: str, values: Env) -> None:
        """Put named values under one name: a job's environment is text only."""
        self.env[key] = values.encode()

    @twin_of(
        "(*github.com/docker/docker/engine.Job).GetenvJson",
        passes="It reads text that is in memory.",
    )
    def getenv_json(self, key: str) -> Any:
        """Read a value that was written as JSON."""
        return json.loads(self.env.get(key) or "{}")

    @twin_of("(*github.com/docker/docker/engine.Job).Printf")
    def printf(self, text: str) -> None:
        """Print for whoever runs the job."""
        self.output.append(text.rstrip("\n"))

    @twin_of("(*github.com/docker/docker/engine.Job).Run")
    async def run(self) -> None:
        """Call the function and wait until it has returned; a shutdown waits for it too."""
        if self.engine.is_shutdown:
            raise DockerError("engine is shutdown")
        if self.function is None:
            raise DockerError(f"{self.name}: command not found")
        counted = self.name != "serveapi"  # which runs until the daemon ends
        if not counted:
            await self.function(self)
            return
        self.engine.tasks.add()
        try:
            await self.function(self)
        finally:
            self.engine.tasks.done()


JobFunction = Callable[[Job], Awaitable[None]]
Handler = Callable[[], Awaitable[None]]


class Engine:
    """The table of jobs."""

    def __init__(self) -> None:
        self.functions: dict[str, JobFunction] = {}
        self.tasks = WaitGroup()  # jobs that run
        self.is_shutdown = False
        self.handlers: list[Handler] = []  # of the shutdown
        self.globals: dict[str, object] = {}  # of the process, for what has no better place

    def describe(self) -> dict[str, Any]:
        """Give the table as plain values, and what the parts keep that have no better place."""
        parts = {
            name: describe()
            for name, part in self.globals.items()
            if (describe := _describer(part))
        }
        return {"jobs": sorted(self.functions), "shutdown handlers": len(self.handlers), **parts}

    @twin_of("(*github.com/docker/docker/engine.Engine).Register")
    def register(self, name: str, function: JobFunction) -> None:
        """Offer a function under a name, which nobody else may have."""
        if name in self.functions:
            raise DockerError(f"Can't overwrite handler for command {name}")
        self.functions[name] = function

    @twin_of("(*github.com/docker/docker/engine.Engine).Job")
    def job(self, name: str, *args: str) -> Job:
        """Look the function up now; it runs when the job does."""
        return Job(self, name, self.functions.get(name), args)

    @twin_of("(*github.com/docker/docker/engine.Engine).OnShutdown")
    def on_shutdown(self, handler: Handler) -> None:
        """Keep a function that cleans up when the daemon is told to end."""
        self.handlers.append(handler)

    @twin_of("(*github.com/docker/docker/engine.Engine).Shutdown")
    async def shutdown(self) -> None:
        """Take no more jobs, wait a while for those that run, and clean up, all at the same time.

        The order of the handlers is nobody's promise: each has its own goroutine.
        """
        if self.is_shutdown:
            return
        self.is_shutdown = True
        await goroutine.within(FOR_JOBS, self.tasks.wait)
        cleaning = WaitGroup()
        for handler in self.handlers:
            cleaning.add()
            goroutine.start(_clean(handler, cleaning))
        await goroutine.within(FOR_HANDLERS, cleaning.wait)


@twin_of("(*github.com/docker/docker/engine.Engine).Shutdown$2")
async def _clean(handler: Handler, cleaning: WaitGroup) -> None:
    """Run one handler, and say that it is done."""
    try:
        await handler()
    finally:
        cleaning.done()


@twin_of("github.com/docker/docker/engine.New")
def new_engine() -> Engine:
    """Make a table with one job, which lists the others."""
    engine = Engine()
    syscall.getrandom(16)  # its name, which only the daemon's log shows
    engine.register("commands", partial(_list_commands, engine))
    return engine


def _describer(part: object) -> Callable[[], dict[str, Any]] | None:
    return getattr(part, "describe", None)


async def _list_commands(engine: Engine, job: Job) -> None:
    job.output.extend(sorted(engine.functions))


@twin_of("github.com/docker/docker/engine.Tail")
def tail(output: list[str], count: int) -> str:
    """Return the last lines that a job has printed: its answer comes after everything else."""
    return "\n".join(output[-count:])
