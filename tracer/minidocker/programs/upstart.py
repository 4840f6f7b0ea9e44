"""start, stop, restart, status: the host's services as upstart runs them; there is one, docker.

Its options are in /etc/default/docker, as DOCKER_OPTS="--icc=false". To stop it upstart sends
SIGTERM to the pid of the pid file, and SIGKILL to what is still there five seconds later.
"""

import shlex

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.programs.terminal import complain, say

SERVICE = "docker"
OPTIONS, PID_FILE = "/etc/default/docker", "/var/run/docker.pid"
PATIENCE, STEP = 5.0, 0.25  # seconds until SIGKILL; between two looks


async def start(argv: list[str], env: dict[str, str]) -> int:
    """Start the service, if it does not run."""
    if argv[1:] != [SERVICE]:
        return _unknown(argv)
    if await _pid():
        return complain("start", f"Job is already running: {SERVICE}")
    await _launch(env)
    return 0


async def stop(argv: list[str], env: dict[str, str]) -> int:
    """End the service."""
    del env
    if argv[1:] != [SERVICE]:
        return _unknown(argv)
    pid = await _pid()
    if not pid:
        return complain("stop", "Unknown instance: ")
    await _end(pid)
    say(f"{SERVICE} stop/waiting")
    return 0


async def restart(argv: list[str], env: dict[str, str]) -> int:
    """End the service and start it again, with the options as they are now."""
    if argv[1:] != [SERVICE]:
        return _unknown(argv)
    pid = await _pid()
    if not pid:
        return complain("restart", "Unknown instance: ")
    await _end(pid)
    await _launch(env)
    return 0


async def status(argv: list[str], env: dict[str, str]) -> int:
    """Say whether the service runs."""
    del env
    if argv[1:] != [SERVICE]:
        return _unknown(argv)
    pid = await _pid()
    say(f"{SERVICE} start/running, process {pid}" if pid else f"{SERVICE} stop/waiting")
    return 0


def _unknown(argv: list[str]) -> int:
    if not argv[1:]:
        return complain(argv[0], "missing job name")
    return complain(argv[0], f"Unknown job: {argv[1]}")


async def _pid() -> int:
    """Return the pid of the service; 0 if it does not run."""
    if not ioutil.exists(PID_FILE):
        return 0
    pid = int(await ioutil.read_file(PID_FILE))
    return pid if _lives(pid) else 0


def _lives(pid: int) -> bool:
    try:
        syscall.kill(pid, 0)
    except KernelError:
        return False
    return True


async def _end(pid: int) -> None:
    syscall.kill(pid, Signal.SIGTERM)
    waited = 0.0
    while _lives(pid):
        if waited == PATIENCE:
            syscall.kill(pid, Signal.SIGKILL)
        await syscall.nanosleep(STEP)
        waited += STEP


async def _launch(env: dict[str, str]) -> None:
    options = await _options()

    async def become() -> None:
        syscall.setsid()
        syscall.execve("/usr/bin/docker", ["docker", "-d", *options], env)

    pid = await syscall.clone(Clone(0), become)
    say(f"{SERVICE} start/running, process {pid}")


async def _options() -> list[str]:
    if not ioutil.exists(OPTIONS):
        return []
    for line in (await ioutil.read_file(OPTIONS)).splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "DOCKER_OPTS":
            return shlex.split("".join(shlex.split(value)))
    return []
