"""Small things that libcontainer asks of the kernel."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/libcontainer/system.GetProcessStartTime")
async def get_process_start_time(pid: int) -> str:
    """Read when a process was started: pids come again, pid and time together do not."""
    return (await ioutil.read_file(f"/proc/{pid}/stat")).rpartition(")")[2].split()[19]


@twin_of("github.com/docker/libcontainer/system.Execv")
def execv(argv: list[str], env: dict[str, str]) -> None:
    """Find the program in the container's PATH and become it."""
    places = (
        [argv[0]] if "/" in argv[0] else [f"{each}/{argv[0]}" for each in env["PATH"].split(":")]
    )
    for place in places:
        if ioutil.exists(place):
            syscall.execve(place, argv, env)
    raise DockerError(f"{argv[0]}: not found in PATH")


@twin_of("github.com/docker/libcontainer/utils.CloseExecFrom")
def close_exec_from(first: int) -> None:
    """Mark all other files to be closed at execve: the sync pipe too, which tells the parent."""
    for name in syscall.getdents("/proc/self/fd"):
        if int(name) >= first:
            syscall.fcntl(int(name), "F_SETFD", "FD_CLOEXEC")
