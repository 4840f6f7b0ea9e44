"""System calls that Go's own library does not have."""

import errno

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/pkg/system.Lgetxattr")
def lgetxattr(path: str, name: str) -> bytes | None:
    """Return an extended attribute; most files have none."""
    try:
        return syscall.lgetxattr(path, name)
    except KernelError as error:
        if error.errno == errno.ENODATA:
            return None
        raise


@twin_of("github.com/docker/docker/pkg/system.Lsetxattr")
def lsetxattr(path: str, name: str, value: bytes) -> None:
    """Give a file an extended attribute."""
    syscall.lsetxattr(path, name, value)
