"""Which kernel runs."""

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/pkg/parsers/kernel.GetKernelVersion")
async def get_kernel_version() -> tuple[int, int, int]:
    """Ask the kernel for its version, as some of what it can depends on that."""
    release = await ioutil.read_file("/proc/sys/kernel/osrelease")
    first, second, third = (int(each) for each in release.partition("-")[0].split("."))
    return first, second, third
