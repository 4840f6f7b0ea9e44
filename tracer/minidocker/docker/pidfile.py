"""One daemon on a machine: whoever has written its pid first."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/utils.CreatePidFile")
async def create_pid_file(path: str) -> None:
    """Write the own pid, unless a process runs that has written its; a dead one has no say."""
    if ioutil.exists(path):
        pid = (await ioutil.read_file(path)).strip()
        if pid.isdecimal() and ioutil.exists(f"/proc/{pid}"):
            raise DockerError(f"pid file found, ensure docker is not running or delete {path}")
    ioutil.write_file(path, str(syscall.getpid()))


@twin_of("github.com/docker/docker/utils.RemovePidFile")
def remove_pid_file(path: str) -> None:
    """Let another daemon begin."""
    if ioutil.exists(path):
        syscall.unlink(path)
