"""Programs on processes: ps, kill, sleep."""

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.programs.terminal import complain, say

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "KILL": 9,
    "USR1": 10,
    "USR2": 12,
    "TERM": 15,
    "CHLD": 17,
    "CONT": 18,
    "STOP": 19,
}


async def ps(argv: list[str], env: dict[str, str]) -> int:
    """List the processes that /proc shows."""
    del argv, env
    say("PID   COMMAND")
    for pid in syscall.getdents("/proc"):
        if pid.isdecimal():
            command = (await ioutil.read_file(f"/proc/{pid}/cmdline")).rstrip("\0")
            say(f"{pid:>3}   {command}".replace("\0", " "))
    return 0


async def kill(argv: list[str], env: dict[str, str]) -> int:
    """Send a signal, TERM unless another is named, to processes."""
    del env
    chosen, pids = (argv[1][1:], argv[2:]) if argv[1:2] and argv[1][0] == "-" else ("15", argv[1:])
    number = int(chosen) if chosen.isdecimal() else SIGNALS.get(chosen.removeprefix("SIG"))
    if number is None or not pids:
        return complain("kill", "usage: kill [-SIGNAL] PID...")
    status = 0
    for pid in pids:
        try:
            syscall.kill(int(pid), number)
        except ValueError:
            status = complain("kill", pid, "not a pid")
        except KernelError as error:
            status = complain("kill", pid, error)
    return status


async def sleep(argv: list[str], env: dict[str, str]) -> int:
    """Sleep for some seconds."""
    del env
    try:
        seconds = float(argv[1])
    except (IndexError, ValueError):
        return complain("sleep", "usage: sleep SECONDS")
    await syscall.nanosleep(seconds)
    return 0
