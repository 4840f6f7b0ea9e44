"""The processes of a container, as the host's ps lists them."""

import json

from tracer.minidocker.docker.daemon.daemon import Daemon
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib.exec import Cmd


async def container_top(daemon: Daemon, job: Job) -> None:
    """Answer the job "top": run ps on the host and keep the lines of the container's processes."""
    name, *options = job.args
    container = daemon.get(name)
    if not container.state.running:
        raise DockerError(f"Container {name} is not running")
    pids = await daemon.driver.get_pids_for_container(container.id)
    lines = await _ps(options[0].split() if options and options[0] else ["-ef"])
    titles = lines[0].split()
    if "PID" not in titles:
        raise DockerError("Couldn't find PID field in ps output")
    rows = [line.split(maxsplit=len(titles) - 1) for line in lines[1:]]
    found = [row for row in rows if int(row[titles.index("PID")]) in pids]
    job.output.append(json.dumps({"Titles": titles, "Processes": found}, sort_keys=True))


async def _ps(options: list[str]) -> list[str]:
    """Run the host's ps."""
    printed: list[bytes] = []
    ps = Cmd("/bin/ps", ["ps", *options], stdout=printed.append)
    await ps.start()
    if await ps.wait():
        raise DockerError("Error running ps")
    return b"".join(printed).decode().splitlines()
