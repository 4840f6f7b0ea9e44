"""The syntax of files, kept by their content: a question reads what an earlier one parsed."""

import hashlib
from collections.abc import Mapping

from tracer import pipeline
from tracer.commands import cache
from tracer.golang import keeping, syntax
from tracer.golang.source import SourceTree


def known(files: SourceTree, program: str) -> dict[str, syntax.File]:
    """The files of a tree whose syntax is kept, by path; `program` is a digest of ours."""
    keys = {path: _key(file.content, program) for path, file in files.files.items()}
    kept = cache.get_all(list(dict.fromkeys(keys.values())))
    found: dict[str, syntax.File] = {}
    for path, key in keys.items():
        file = keeping.read(kept[key], files.files[path]) if key in kept else None
        if file is not None:
            found[path] = file
    return found


def to_keep(
    traced: pipeline.Traced,
    before: Mapping[str, syntax.File],
    written: Mapping[str, bytes],
    program: str,
) -> dict[bytes, bytes]:
    """What of a tree's syntax is new, by its key: files and bodies that were parsed this time.

    `written` has files as they are kept already.
    """
    files = traced.graph.program.tree.files
    found: dict[bytes, bytes] = {}
    for path, file in traced.graph.program.parsed.items():
        if path not in before or keeping.is_worth_writing(file):
            kept = written.get(path) or keeping.write(file)
            if kept is not None:
                found[_key(files[path].content, program)] = kept
    return found


def _key(content: bytes, program: str) -> bytes:
    return hashlib.sha256(f"syntax {program}\0".encode() + content).digest()
