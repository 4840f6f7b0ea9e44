"""Symbolic links of a container, followed from outside as if its directory were the top."""

import errno
import posixpath

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of

MOST_LINKS = 100


@twin_of("github.com/docker/docker/pkg/symlink.FollowSymlinkInScope")
def follow_symlink_in_scope(link: str, root: str) -> str:
    """Return where a path below `root` leads without leaving it, whatever a hostile image holds."""
    link, root = posixpath.normpath(link), posixpath.normpath(root)
    if link != root and not posixpath.dirname(link).startswith(root):
        raise DockerError(f"{link} is not within {root}")
    here = root
    for name in posixpath.relpath(link, root).split("/"):
        here = posixpath.normpath(posixpath.join(here, name))
        for _ in range(MOST_LINKS):
            target = _target(here) if here.startswith(root) else ""
            if not target:
                break
            here = _within(target, here, root)
        else:
            raise DockerError(f"{link}: too many links")
    return here


def _within(target: str, link: str, root: str) -> str:
    """Go where a link leads, stopping at the top."""
    if target.startswith("/"):
        return posixpath.normpath(root + target)
    found = posixpath.normpath(posixpath.join(posixpath.dirname(link), target))
    return found if found.startswith(root) else posixpath.join(root, posixpath.basename(target))


def _target(path: str) -> str:
    """Read a link; what is none, or is not there, leads nowhere else."""
    try:
        return syscall.readlink(path) if syscall.lstat(path).kind == "symlink" else ""
    except KernelError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return ""
        raise
