"""The lists of layers on the disk."""

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/daemon/graphdriver/aufs.loadIds")
def load_ids(directory: str) -> list[str]:
    """List all layers that have a list of parents."""
    return [
        name
        for name in syscall.getdents(directory)
        if syscall.lstat(f"{directory}/{name}").kind != "directory"
    ]


@twin_of("github.com/docker/docker/daemon/graphdriver/aufs.getParentIds")
async def get_parent_ids(root: str, id_: str) -> list[str]:
    """Read what lies below a layer, the nearest first; a lowest layer has an empty file."""
    return (await ioutil.read_file(f"{root}/layers/{id_}")).split()
