"""Which kernel runs."""

from dataclasses import dataclass

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@dataclass(frozen=True)
class KernelVersion:
    """Three numbers, and what the distribution calls its build."""

    numbers: tuple[int, ...]
    flavor: str

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers)) + self.flavor


@twin_of("github.com/docker/docker/pkg/parsers/kernel.GetKernelVersion")
async def get_kernel_version() -> KernelVersion:
    """Ask the kernel for its version, as some of what it can depends on that."""
    release = (await ioutil.read_file("/proc/sys/kernel/osrelease")).strip()
    numbers, dash, build = release.partition("-")
    return KernelVersion(tuple(map(int, numbers.split("."))), dash + build)
