"""Jobs by name: the parts of the daemon know one another only through this table."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


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


@dataclass
class Job:
    """One call of a registered function: like a process, with arguments, environment and output."""

    name: str
    function: "JobFunction | None"
    args: tuple[str, ...]
    env: Env = field(default_factory=Env)
    stdin: Callable[[], Awaitable[bytes]] | None = None
    stdout: Callable[[bytes], object] | None = None
    stderr: Callable[[bytes], object] | None = None
    output: list[str] = field(default_factory=list)  # lines, for callers in this process

    @twin_of("(*github.com/docker/docker/engine.Job).DecodeEnv")
    def decode_env(self, text: str) -> None:
        """Take the body of a request as environment."""
        self.env.decode(text)

    @twin_of("(*github.com/docker/docker/engine.Job).Run")
    async def run(self) -> None:
        """Call the function and wait until it has returned."""
        if self.function is None:
            raise DockerError(f"{self.name}: no such job")
        await self.function(self)


JobFunction = Callable[[Job], Awaitable[None]]


class Engine:
    """The table of jobs."""

    def __init__(self) -> None:
        self.functions: dict[str, JobFunction] = {}

    def register(self, name: str, function: JobFunction) -> None:
        """Offer a function under a name."""
        self.functions[name] = function

    @twin_of("(*github.com/docker/docker/engine.Engine).Job")
    def job(self, name: str, *args: str) -> Job:
        """Look the function up now; it runs when the job does."""
        return Job(name, self.functions.get(name), args)
