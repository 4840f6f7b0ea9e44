"""The jobs that ask the public registry and need no images of this host."""

from tracer.minidocker.docker.engine import Engine, Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of


class Service:
    """Speaks for the registry."""

    @twin_of("(*github.com/docker/docker/registry.Service).Install")
    def install(self, engine: Engine) -> None:
        """Offer its jobs."""
        engine.register("auth", self.refuse)
        engine.register("search", self.refuse)

    async def refuse(self, job: Job) -> None:
        """Say that the public registry is not part of this small world."""
        raise DockerError(f"{job.name}: the public registry is not reached from this machine")
