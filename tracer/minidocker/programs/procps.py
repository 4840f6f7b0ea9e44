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
START_TIME, TICKS = 19, 100  # in /proc/PID/stat after the name; in a second


async def ps(argv: list[str], env: dict[str, str]) -> int:
    """List the processes that /proc shows; with -ef, more of each."""
    del env
    full = argv[1:] == ["-ef"]
    say("UID        PID  PPID  C STIME TTY          TIME CMD" if full else "PID   COMMAND")
    for pid in sorted(filter(str.isdecimal, syscall.getdents("/proc")), key=int):
        command = (await ioutil.read_file(f"/proc/{pid}/cmdline")).rstrip("\0").replace("\0", " ")
        say(await _in_full(pid, command) if full else f"{pid:>3}   {command}")
    return 0


async def _in_full(pid: str, command: str) -> str:
    """Add user, parent and the time of the start; what a process has computed is not counted."""
    lines = (await ioutil.read_file(f"/proc/{pid}/status")).splitlines()
    status = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    ticks = (await ioutil.read_file(f"/proc/{pid}/stat")).rpartition(")")[2].split()[START_TIME]
    minutes = int(ticks) // TICKS // 60
    user = "root" if status["Uid"][0] == "0" else status["Uid"][0]
    start = f"{minutes // 60:02}:{minutes % 60:02}"
    shown = command or f"[{' '.join(status['Name'])}]"
    return f"{user:<8} {pid:>5} {status['PPid'][0]:>5}  0 {start} ?        00:00:00 {shown}"


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
