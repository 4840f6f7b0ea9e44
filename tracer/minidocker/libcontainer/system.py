"""Small things that libcontainer asks of the kernel."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import exec as osexec
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/libcontainer/system.GetProcessStartTime")
async def get_process_start_time(pid: int) -> str:
    """Read when a process was started: pids come again, pid and time together do not."""
    return (await ioutil.read_file(f"/proc/{pid}/stat")).rpartition(")")[2].split()[19]


@twin_of("github.com/docker/libcontainer/system.SetKeepCaps")
def set_keep_caps() -> None:
    """Let capabilities outlive the change of user."""
    syscall.prctl("PR_SET_KEEPCAPS", 1)


@twin_of("github.com/docker/libcontainer/system.ClearKeepCaps")
def clear_keep_caps() -> None:
    """Let them go with the user again."""
    syscall.prctl("PR_SET_KEEPCAPS", 0)


@twin_of("github.com/docker/libcontainer/system.GetParentDeathSignal")
def get_parent_death_signal() -> int:
    """Ask which signal comes when the parent ends."""
    return syscall.prctl("PR_GET_PDEATHSIG", 0)


def parent_death_signal(signal: int) -> None:
    """Ask for a signal when the parent ends."""
    syscall.prctl("PR_SET_PDEATHSIG", signal)


def setns(path: str, kind: Clone) -> None:
    """Join the namespace that a file of /proc stands for."""
    number = syscall.open_(path)
    syscall.setns(number, kind)
    syscall.close(number)


@twin_of("github.com/docker/libcontainer/system.Execv")
def execv(argv: list[str], env: dict[str, str]) -> None:
    """Find the program in the container's PATH and become it."""
    place = osexec.look_path(argv[0], env.get("PATH", ""))
    if not place:
        raise DockerError(f'exec: "{argv[0]}": executable file not found in $PATH')
    syscall.execve(place, argv, env)


@twin_of("github.com/docker/libcontainer/utils.CloseExecFrom")
def close_exec_from(first: int) -> None:
    """Mark all other files to be closed at execve: the sync pipe too, which tells the parent."""
    for name in syscall.getdents("/proc/self/fd"):
        if int(name) >= first:
            syscall.fcntl(int(name), "F_SETFD", "FD_CLOEXEC")


@twin_of("github.com/docker/libcontainer/utils.ResolveRootfs")
def resolve_rootfs(path: str) -> str:
    """Find the directory itself, so that no mount goes through a symbolic link."""
    return ioutil.eval_symlinks(path)
