"""Releases kept as git objects: one bare repository, a ref for each, and no file unpacked.

A release is its commit, its trees, and those files that are wanted; objects that several releases
share are there once.  The ref is written last and at once, so that half an addition is none.
Git checks what it is given by hashing it, and `verify` does so again for what was kept.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracer.trees import git

_OTHERS = {"go.mod", "LICENSE", "NOTICE"}  # files that are kept beside Go's
_REFS = "refs/trees/"
_FILES = {"100644", "100755", "100664"}  # modes of plain files; links and submodules are none


@dataclass(frozen=True, slots=True)
class Listed:
    """What a commit consists of: trees by id, wanted files by path."""

    trees: tuple[str, ...]
    files: dict[str, str]  # path → blob id


@dataclass(frozen=True, slots=True)
class Objects:
    """The repository in the cache."""

    place: Path

    @property
    def _git(self) -> str:
        return str(self.place)

    def names(self) -> dict[str, str]:
        """The releases kept: name → commit."""
        if not os.access(self.place / "HEAD", os.R_OK):  # nor in a home that may not be read
            return {}
        form = f"--format=%(objectname) %(refname:lstrip={_REFS.count('/')})"
        rows = git.run(self._git, "for-each-ref", form, _REFS).decode().splitlines()
        return {name: commit for commit, _, name in (row.partition(" ") for row in rows)}

    def add(self, name: str, commit: str, origin: str) -> int:
        """Take a commit over from another repository; returns how many files it has."""
        listed = listing(origin, commit)
        if not listed.files:
            return 0
        with self._alone():
            git.run(self._git, "init", "--quiet", "--bare", "--template=", ".")
            wanted = {commit, *listed.trees, *listed.files.values()}
            self._pack(origin, sorted(wanted - self._there(wanted)))
            git.run(self._git, "update-ref", f"{_REFS}{name}", commit)
        return len(listed.files)

    def remove(self, name: str) -> None:
        """Delete a release, and the objects that no other one has."""
        with self._alone():
            git.run(self._git, "update-ref", "-d", f"{_REFS}{name}")
            kept: set[str] = set()
            for commit in set(self.names().values()):
                listed = listing(self._git, commit)
                kept |= {commit, *listed.trees, *listed.files.values()}
            old = set(self._packs())
            new = self._pack(self._git, sorted(kept))
            for pack in old - {new}:
                for part in self._packed.glob(f"{pack}.*"):
                    part.unlink()

    def listing(self, commit: str) -> Listed:
        """What a commit that was kept consists of."""
        return listing(self._git, commit)

    def contents(self, ids: list[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the type and content of objects, in the order asked for."""
        given = "".join(f"{id_}\n" for id_ in ids).encode()
        written = git.run(self._git, "cat-file", "--batch", given=given)
        at = 0
        for _ in ids:
            end = written.index(b"\n", at)
            _, type_, *size = written[at:end].decode().split()
            at = end + 1 + int(size[0] if size else 0)
            yield type_, written[end + 1 : at]
            at += 1 if size else 0

    def is_whole(self, commit: str) -> bool:
        """Say whether every object of a commit is what its id says."""
        listed = self.listing(commit)
        ids = [commit, *listed.trees, *sorted(set(listed.files.values()))]
        return all(
            hashed(type_, content) == id_
            for id_, (type_, content) in zip(ids, self.contents(ids), strict=True)
        )

    @property
    def _packed(self) -> Path:
        return self.place / "objects" / "pack"

    def _packs(self) -> list[str]:
        return [pack.stem for pack in self._packed.glob("pack-*.pack")]

    def _there(self, ids: set[str]) -> set[str]:
        given = "".join(f"{id_}\n" for id_ in sorted(ids)).encode()
        rows = git.run(self._git, "cat-file", "--batch-check", given=given).decode().splitlines()
        return {row.split()[0] for row in rows if not row.endswith(" missing")}

    def _pack(self, origin: str, ids: list[str]) -> str:
        """Take objects over from a repository in one pack; returns its name."""
        if not ids:
            return ""
        given = "".join(f"{id_}\n" for id_ in ids).encode()
        # Without a search for similar files a pack is made six times faster, and is hardly larger.
        pack = git.run(origin, "pack-objects", "--quiet", "--stdout", "--window=0", given=given)
        said = git.run(self._git, "index-pack", "--stdin", given=pack).decode().split()
        return f"pack-{said[-1]}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Change the repository while nobody else does; what an interrupted one left goes."""
        self.place.mkdir(parents=True, exist_ok=True)
        with (self.place / "changing").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in (*self._packed.glob("tmp_*"), *self.place.rglob("*.lock")):
                left.unlink(missing_ok=True)
            yield


def listing(repository: str, commit: str) -> Listed:
    """What a commit of a repository consists of; contents are not looked at."""
    root = git.run(repository, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()
    rows = git.run(repository, "ls-tree", "-r", "-t", "-z", "--full-tree", commit).split(b"\0")
    trees, files = {root}, {}
    for row in rows:
        entry, _, raw = row.partition(b"\t")
        if not entry:
            continue
        mode, type_, id_ = entry.decode().split()
        path = raw.decode("utf-8", "replace")
        if type_ == "tree":
            trees.add(id_)
        elif mode in _FILES and is_wanted(path):
            files[path] = id_
    return Listed(tuple(sorted(trees)), files)


def is_wanted(path: str) -> bool:
    """Say whether a file is Go's, or tells the licence; its path must be plain."""
    *folders, name = path.split("/")
    is_plain = not {"", ".", ".."} & set(folders) and "\\" not in path
    return is_plain and (name.endswith(".go") or name in _OTHERS)


def hashed(type_: str, content: bytes) -> str:
    """The id that git gives to an object."""
    return hashlib.sha1(f"{type_} {len(content)}\0".encode() + content).hexdigest()  # noqa: S324
