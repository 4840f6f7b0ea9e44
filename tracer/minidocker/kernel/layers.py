"""What a union mount is made of, for the recording, which looks at it from outside.

A branch is one of the directories that are joined; whoever mounts them may call it a layer.
"""

from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.mounts import Mount
from tracer.minidocker.kernel.union import UnionDirectory
from tracer.minidocker.kernel.whiteouts import Branch


def branches(mount: Mount) -> tuple[Branch, ...]:
    """List the branches of a mount, topmost first; none if it is no union."""
    root = mount.file_system.root.inode
    return tuple(root.union.branches) if isinstance(root, UnionDirectory) else ()


def whiteouts(mount: Mount, directory: str = "/") -> dict[str, tuple[str, ...]]:
    """List, by the path of the branch, the names that its part of a directory hides."""
    root = mount.file_system.root.inode
    if not isinstance(root, UnionDirectory):
        return {}
    found = {each.path: _descend(each.directory, directory) for each in root.union.branches}
    return {path: tuple(root.union.hidden(layer)) for path, layer in found.items()}


def _descend(directory: Directory, path: str) -> Directory:
    """Go down in one branch; what is not there is like an empty directory."""
    for name in path.split("/"):
        below = directory.find(name) if name else directory
        directory = below if isinstance(below, Directory) else Directory()
    return directory
