"""What was resolved of packages, kept by all that it rests on: a question reads it.

A package is kept once all of its bodies are resolved.  In a tree that is like an earlier one, what
means the same as there is told by its outlines, and kept as being the same.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from tracer.commands import cache
from tracer.golang.declarations import Program
from tracer.golang.digests import digests
from tracer.golang.types import outlines, resolved
from tracer.golang.types.resolve import Resolution

Keys = Mapping[str, bytes]  # by package
_SAME = b"="  # begins what is the same as something else, whose key follows
_LAST = 8  # trees that are remembered
_TREES = msgspec.msgpack.Decoder(list[dict[str, bytes]])


class Kept(NamedTuple):
    """What is kept of the bodies of a tree, and under which keys the rest of them will be."""

    keys: Keys  # imported packages first
    bodies: Mapping[str, bytes]  # by package
    same: Keys  # those of them that are the same as something else
    trees: bytes  # the key of the last trees: their keys


class _Found(NamedTuple):
    key: bytes  # where it stands
    bodies: bytes


def known(program: Program, ours: str) -> Kept:
    """What is kept of the bodies of a tree; `ours` is a digest of this program."""
    of = digests(program)
    keys = {path: _key("bodies", ours, digest.whole) for path, digest in of.items()}
    trees = _key("trees", ours, str(program.release).encode())
    kept = _found(keys.values())
    found = {path: kept[key] for path, key in keys.items() if key in kept}
    own = {path: digest.own for path, digest in of.items()}
    alike = _alike(program, keys, own, _last(trees)) if len(found) < len(keys) else {}
    same = {path: alike[path].key for path in alike if path not in found}
    bodies = {path: each.bodies for path, each in (alike | found).items()}
    return Kept(keys, bodies, same, trees)


def to_keep(
    resolution: Resolution, kept: Kept, beside: Mapping[str, bytes]
) -> Mapping[bytes, bytes]:
    """What of a tree's bodies is new, by its key; all of them are resolved.

    `beside` has those that are written.
    """
    new = {
        key: beside.get(path) or resolution.write(path)
        for path, key in kept.keys.items()
        if path not in kept.bodies
    }
    new |= {kept.keys[path]: _SAME + key for path, key in kept.same.items()}
    last = _last(kept.trees)
    if kept.keys not in last:
        new[kept.trees] = msgspec.msgpack.encode([*last, kept.keys][-_LAST:])
    return new


def _alike(
    program: Program, keys: Keys, own: Mapping[str, bytes], last: Iterable[Keys]
) -> dict[str, _Found]:
    """The packages that mean what they meant in an earlier tree, that which is most alike."""
    like = max(last, key=lambda tree: len(tree.items() & keys.items()), default={})
    equal = {path for path, key in keys.items() if like.get(path) == key}
    others = {path: key for path, key in like.items() if path not in equal}
    found = _found(others.values()) if equal else {}
    before = {
        path: resolved.outline(found[key].bodies) if key in found else None
        for path, key in others.items()
    }
    same = outlines.unmoved(program, own, equal, before)
    return {path: found[others[path]] for path in same}


def _found(keys: Iterable[bytes]) -> dict[bytes, _Found]:
    """What is kept under some keys."""
    kept = cache.get_all(list(keys))
    same = {key: value[1:] for key, value in kept.items() if value[:1] == _SAME}
    others = cache.get_all(list(same.values()))
    return {
        key: _Found(same.get(key, key), others[same[key]] if key in same else value)
        for key, value in kept.items()
        if key not in same or same[key] in others
    }


def _last(trees: bytes) -> list[dict[str, bytes]]:
    """The keys of the last trees."""
    try:
        return _TREES.decode(cache.get(trees) or b"\x90")
    except msgspec.MsgspecError:
        return []


def _key(what: str, ours: str, digest: bytes) -> bytes:
    return hashlib.sha256(f"{what} {ours}\0".encode() + digest).digest()
