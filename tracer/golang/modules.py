"""Folders become import paths: `go.mod`, nested modules, GOPATH trees, vendored dependencies.

A tree without `go.mod` (Docker 1.x) tells its own import path by how it imports itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from tracer.golang import syntax as go
from tracer.golang.source import SourceTree

_MODULE = re.compile(r"^\s*module\s+\"?([^\s\"]+)", re.MULTILINE)
_RELEASE = re.compile(r"^go (\d+)\.(\d+)", re.MULTILINE)
_VENDORED = re.compile(r"(?:^|/)vendor/(?:src/)?(.+)$")


def import_root(tree: SourceTree, files: Iterable[go.File]) -> str:
    """The import path of the tree's root; empty where nothing tells it."""
    if "" in tree.modules and (match := _MODULE.search(tree.modules[""])):
        return match[1]
    folders = {f.folder for f in tree.files.values() if f.folder and not is_vendored(f.folder)}
    votes: Counter[str] = Counter()
    for path in {
        spec.path for file in files for spec in file.imports if not is_vendored(file.path)
    }:
        parts = path.split("/")
        for cut in range(1, len(parts)):
            if "/".join(parts[cut:]) in folders and "." in parts[0]:
                votes["/".join(parts[:cut])] += 1
    # Most votes; the shorter path wins a tie, since its folders are then the longer ones.
    return min(votes, key=lambda p: (-votes[p], len(p), p)) if votes else ""


def release(text: str) -> tuple[int, int]:
    """The Go release that a go.mod asks for."""
    return (int(match[1]), int(match[2])) if (match := _RELEASE.search(text)) else (1, 0)


def import_path(folder: str, root: str, modules: Mapping[str, str]) -> str:
    """The import path of a folder of the tree."""
    if is_vendored(folder):
        return canonical(folder)
    parts = folder.split("/") if folder else []
    for length in range(len(parts), 0, -1):
        module = "/".join(parts[:length])
        if module in modules and (found := _MODULE.search(modules[module])):
            return "/".join([found[1], *parts[length:]])
    return "/".join(p for p in (root, folder) if p)


@cache
def canonical(path: str) -> str:
    """An import path without the folders that vendor it; Docker 1.x spells them out."""
    return match[1] if (match := _VENDORED.search(path)) else path


@cache
def is_vendored(path: str) -> bool:
    """Say whether a path of the tree lies in a vendored dependency."""
    return _VENDORED.search(path) is not None


def guessed_name(path: str) -> str:
    """The package name that an import path suggests, for packages that are not in the tree."""
    parts = [p for p in path.split("/") if not re.fullmatch(r"v\d+", p)] or [path]
    return re.sub(r"^go-|[-.]go$|\.v\d+$", "", parts[-1]).replace("-", "_")
