"""What has happened to containers, in order."""

from tracer.minidocker.docker.engine import Engine, Env, Job
from tracer.minidocker.twin import twin_of


class Events:
    """The daemon's log of events."""

    def __init__(self) -> None:
        self.log_lines: list[str] = []

    @twin_of("(*github.com/docker/docker/events.Events).Install")
    def install(self, engine: Engine) -> None:
        """Offer the log: to add to it, and to follow it."""
        engine.register("log", self.log)
        engine.register("subscribers_count", self.count_subscribers)

    async def count_subscribers(self, job: Job) -> None:
        """Answer how many follow the log."""
        Env(count=0).write_to(job.output)

    @twin_of("(*github.com/docker/docker/events.Events).Log")
    async def log(self, job: Job) -> None:
        """Take an event without making the container wait for whoever listens."""
        self._log(" ".join(job.args))

    @twin_of("(*github.com/docker/docker/events.Events).log")
    def _log(self, line: str) -> None:
        """Note what happened, to which container, from which image."""
        self.log_lines.append(line)
