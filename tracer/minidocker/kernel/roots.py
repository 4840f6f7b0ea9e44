"""Where a process stands: its root and its working directory.

Both are paths of the mount namespace. A root only changes what `/` and `..` mean: a process whose
working directory is outside of its root can leave it (see `Process.locate`).
"""

import errno
import posixpath

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.mounts import MountNamespace
from tracer.minidocker.kernel.processes import Process, System


def chroot(caller: Process, path: str) -> None:
    """Change the root; the working directory stays where it is."""
    place = caller.resolve(path)
    if not isinstance(place.present, Directory):
        raise KernelError(errno.ENOTDIR)
    caller.require("SYS_CHROOT")
    caller.root = place.path


def getcwd(caller: Process) -> str:
    """Return the working directory as seen from the root; ENOENT if it is not below it."""
    return shown(caller.root, caller.cwd)


def shown(root: str, path: str) -> str:
    """Write a path as one sees it who has this root."""
    if not _is_below(path, root):
        raise KernelError(errno.ENOENT)
    return path if root == "/" else path.removeprefix(root) or "/"


def follow_pivot(system: System, namespace: MountNamespace, new_root: str, put_old: str) -> None:
    """Give all processes of a mount namespace the paths that pivot_root has left them."""
    old = shown(new_root, put_old)

    def moved(path: str) -> str:
        if path == "/":
            return "/"
        if _is_below(path, new_root):
            return shown(new_root, path)
        return posixpath.join(old, path.lstrip("/"))

    for process in system.processes.values():
        if process.namespaces.mnt is namespace:
            process.root, process.cwd = moved(process.root), moved(process.cwd)


def _is_below(path: str, root: str) -> bool:
    return root in ("/", path) or path.startswith(f"{root}/")
