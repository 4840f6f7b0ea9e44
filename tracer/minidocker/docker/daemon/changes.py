"""What a container has changed in its file system."""

import json

from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/daemon.Daemon).ContainerChanges")
async def container_changes(daemon: Daemon, job: Job) -> None:
    """Answer the job "container_changes" with paths and what happened to them."""
    found = await daemon.get(job.args[0]).changes()
    listed = [{"Path": each.path, "Kind": int(each.kind)} for each in found]
    job.output.append(json.dumps(listed))
