"""A file's syntax as bytes and back, so that a file that was parsed once need not be again.

Bodies that nobody has asked for are left out; one that is asked for later is parsed then.
"""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from tracer.golang import parser
from tracer.golang import syntax as go
from tracer.golang.nesting import deep
from tracer.golang.source import SourceFile
from tracer.packing import DamagedError, packed, unpacked

_MOST = 256_000_000  # bytes of one file's syntax; what says that it is more is damaged


class _Body(msgspec.Struct, frozen=True, array_like=True):
    start: int  # its first byte in the file
    end: int
    block: bytes  # empty where nobody has asked for it


class _File(msgspec.Struct, frozen=True, array_like=True):
    file: go.File  # without its path, which two files of one content tell apart, and its bodies
    bodies: tuple[_Body | None, ...]


class _Bodies(msgspec.Struct, frozen=True, array_like=True):
    """A file of which only the bodies are read."""

    file: msgspec.Raw
    bodies: tuple[_Body | None, ...]


Blocks = Callable[[str], Sequence[bytes]]  # the bodies of a file, by its path, where known by now
_ENCODER = msgspec.msgpack.Encoder()
_FILES = msgspec.msgpack.Decoder(_File)
_BODIES = msgspec.msgpack.Decoder(_Bodies)
_BLOCKS = msgspec.msgpack.Decoder(go.BlockStmt)


def write(file: go.File) -> bytes | None:
    """A file's syntax as bytes; None where it is nested deeper than can be written."""
    try:
        kept = _File(
            replace(file, path="", functions=tuple(_bare(decl) for decl in file.functions)),
            tuple(_body(decl.body) for decl in file.functions),
        )
        return packed(_ENCODER.encode(kept))
    except RecursionError:
        return None


def read(kept: bytes, source: SourceFile, blocks: Blocks = lambda _: ()) -> go.File | None:
    """The syntax of a file from the bytes that were written of it; None where they are damaged.

    `blocks` is asked for the bodies that are not among them.
    """
    try:
        found = _FILES.decode(unpacked(kept, _MOST))
        functions = [
            replace(decl, body=_restored(body, index, source, blocks)) if body is not None else decl
            for index, (decl, body) in enumerate(
                zip(found.file.functions, found.bodies, strict=True)
            )
        ]
        return replace(found.file, path=source.path, functions=tuple(functions))
    except (DamagedError, msgspec.MsgspecError, RecursionError, ValueError):
        return None


def blocks(kept: bytes) -> Sequence[bytes]:
    """The bodies of a file's functions as they were written; empty where nobody asked for them."""
    return [body.block if body else b"" for body in _BODIES.decode(unpacked(kept, _MOST)).bodies]


def is_worth_writing(file: go.File) -> bool:
    """Say whether a body was parsed since the file was read."""
    return any(d.body is not None and d.body.is_asked and not d.body.kept for d in file.functions)


def _bare(decl: go.FuncDecl) -> go.FuncDecl:
    return replace(decl, body=None)


def _body(body: go.Body | None) -> _Body | None:
    if body is None:
        return None
    block = body.kept or (_ENCODER.encode(body.block) if body.is_asked else b"")
    return _Body(body.start, body.start + len(body.text), block)


def _restored(body: _Body, index: int, source: SourceFile, blocks: Blocks) -> go.Body:
    convert = partial(_converted, body, index, source, blocks)
    return go.Body(convert, source.content[body.start : body.end], body.start, body.block)


@deep
def _converted(body: _Body, index: int, source: SourceFile, blocks: Blocks) -> go.BlockStmt:
    known = blocks(source.path)
    block = body.block or (known[index] if known else b"")
    if block:
        try:
            return _BLOCKS.decode(block)
        except msgspec.MsgspecError:
            pass  # damaged: it is parsed
    return parser.body(source, body.start, body.end)
