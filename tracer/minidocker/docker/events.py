"""What has happened to containers, in order."""

from tracer.minidocker.docker.engine import Engine, Job
from tracer.minidocker.twin import twin_of


class Events:
    """The daemon's log of events."""

    def __init__(self, engine: Engine) -> None:
        self.log_lines: list[str] = []
        engine.register("log", self.log)

    @twin_of("(*github.com/docker/docker/events.Events).Log")
    async def log(self, job: Job) -> None:
        """Note an event: what happened, to which container, from which image."""
        self.log_lines.append(" ".join(job.args))
