"""What differs between a layer and those below it, or between two trees."""

import posixpath
import tarfile
from dataclasses import dataclass
from enum import IntEnum

from tracer.minidocker import syscall
from tracer.minidocker.docker.archive.archive import Archive, TarWriter, add_tar_file
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.golib.pipe import Pipe
from tracer.minidocker.kernel.files import Stat
from tracer.minidocker.twin import twin_of

WHITEOUT = ".wh."  # aufs notes a removal with a file of this prefix
OF_AUFS = ".wh..wh."  # at the top, aufs keeps files of its own


class ChangeType(IntEnum):
    """What happened to a path, as `docker diff` has it in a letter."""

    C = 0  # modified
    A = 1  # added
    D = 2  # deleted


@dataclass(frozen=True)
class Change:
    """A path, and what happened to it."""

    path: str
    kind: ChangeType


@twin_of("github.com/docker/docker/archive.Changes")
def changes(layers: list[str], own: str) -> list[Change]:
    """Read the changes off a branch of aufs: whiteouts are deletions."""
    found = []
    for place in ioutil.walk(own):
        path = place.removeprefix(own)
        folder, name = posixpath.split(path)
        if not path or path.startswith(f"/{OF_AUFS}") or name.startswith(OF_AUFS):
            continue
        if name.startswith(WHITEOUT):
            gone = posixpath.join(folder, name.removeprefix(WHITEOUT))
            found.append(Change(gone, ChangeType.D))
        elif not any(ioutil.exists(layer + path) for layer in layers):
            found.append(Change(path, ChangeType.A))
        elif not _is_only_on_the_way(layers, own, path):
            found.append(Change(path, ChangeType.C))
    return found


def _is_only_on_the_way(layers: list[str], own: str, path: str) -> bool:
    """Say whether a directory is in a branch only because something below it has changed.

    Docker sees it by the directory's time, which changes with its names; here the names tell.
    """
    below = next(layer for layer in layers if ioutil.exists(layer + path))
    now, before = syscall.lstat(own + path), syscall.lstat(below + path)
    if now.kind != "directory" or before.kind != "directory" or now.mode != before.mode:
        return False
    return all(
        any(ioutil.exists(f"{layer}{path}/{name}") for layer in layers)
        for name in syscall.getdents(own + path)
    )


async def changes_dirs(new: str, old: str) -> list[Change]:
    """Compare two whole trees, for drivers that keep copies."""
    after, before = _tree(new), _tree(old)
    found = [Change(path, ChangeType.A) for path in after if path not in before]
    for path, now in after.items():
        if path in before and not await _same(now, before[path], new + path, old + path):
            found.append(Change(path, ChangeType.C))
    found += [
        Change(path, ChangeType.D)
        for path in before
        if path not in after and posixpath.dirname(path) in {"/", *after}
    ]
    return sorted(found, key=lambda each: each.path)


def export_changes(directory: str, listed: list[Change]) -> Archive:
    """Pack what has changed; what was deleted goes in as a whiteout, whatever the driver."""
    pipe = Pipe()

    async def pack() -> None:
        writer = TarWriter(pipe)
        for each in listed:
            folder, name = posixpath.split(each.path[1:])
            if each.kind == ChangeType.D:
                writer.add_entry(tarfile.TarInfo(posixpath.join(folder, WHITEOUT + name)))
            else:
                await add_tar_file(directory + each.path, each.path[1:], writer)
        writer.finish()

    goroutine.start(pack())
    return Archive(pipe)


def changes_size(directory: str, listed: list[Change]) -> int:
    """Add up the files that are new or changed."""
    paths = (directory + each.path for each in listed if each.kind != ChangeType.D)
    return sum(found.size for found in map(syscall.lstat, paths) if found.kind != "directory")


def _tree(directory: str) -> dict[str, Stat]:
    paths = (path for path in ioutil.walk(directory) if path != directory)
    return {path.removeprefix(directory): syscall.lstat(path) for path in paths}


async def _same(now: Stat, before: Stat, new: str, old: str) -> bool:
    """Compare what a user could have changed; without times, the bytes of files too."""
    if (now.kind, now.mode, now.uid, now.gid, now.node) != (
        before.kind,
        before.mode,
        before.uid,
        before.gid,
        before.node,
    ):
        return False
    if now.kind == "symlink":
        return syscall.readlink(new) == syscall.readlink(old)
    if now.kind != "file":
        return True
    return await ioutil.read_bytes(new) == await ioutil.read_bytes(old)
