"""What was resolved of packages, kept by all that it rests on: a question reads it.

A package is kept once all of its bodies are resolved.
"""

import hashlib
from collections.abc import Collection, Mapping

from tracer.commands import cache
from tracer.golang.declarations import Program
from tracer.golang.digests import digests
from tracer.golang.types.resolve import Resolution

Keys = dict[str, bytes]  # by package


def keys_of(program: Program, ours: str) -> Keys:
    """The keys of a tree's packages; `ours` is a digest of this program."""
    return {
        path: hashlib.sha256(f"bodies {ours}\0".encode() + digest).digest()
        for path, digest in digests(program).items()
    }


def known(keys: Keys) -> dict[str, bytes]:
    """The packages of a tree whose bodies are kept."""
    kept = cache.get_all(list(keys.values()))
    return {path: kept[key] for path, key in keys.items() if key in kept}


def to_keep(
    resolution: Resolution, keys: Keys, before: Collection[str], beside: Mapping[str, bytes]
) -> dict[bytes, bytes]:
    """What of a tree's bodies is new, by its key; all of them are resolved.

    `before` has the packages that were kept already, `beside` those that are written.
    """
    return {
        key: beside.get(path) or resolution.write(path)
        for path, key in keys.items()
        if path not in before
    }
