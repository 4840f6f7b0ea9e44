"""Programs that come with parts of the kernel: modprobe loads them, auplink belongs to aufs."""

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.programs.terminal import complain


async def modprobe(argv: list[str], env: dict[str, str]) -> int:
    """Load a part of the kernel; here all are built in."""
    del env
    if argv[-1] not in (await ioutil.read_file("/proc/filesystems")).split():
        return complain("modprobe", f"FATAL: Module {argv[-1]} not found.")
    return 0


async def auplink(argv: list[str], env: dict[str, str]) -> int:
    """Write hard links across branches back (flush); this kernel never leaves any behind."""
    del env
    if len(argv) < 3:  # noqa: PLR2004  # name, place, verb
        return complain("auplink", "usage: auplink PLACE flush")
    syscall.stat(argv[1])
    return 0
