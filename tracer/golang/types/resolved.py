"""What is known of one body; as bytes and back, so that what was resolved once need not be again.

A declaration is kept by its name, and found again in the program.  A body that declares types of
its own is not kept: they have no name elsewhere.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any

import msgspec

from tracer.golang.declarations import Program
from tracer.golang.packages import Declared, Function, TypeName, Variable
from tracer.golang.types.bodies import Body
from tracer.golang.types.calls import CallSite
from tracer.golang.types.evaluator import Closure
from tracer.golang.types.operands import Composite, Conversion, Flow
from tracer.golang.types.outlines import Outline
from tracer.packing import DamagedError, packed, unpacked

_MOST = 1_000_000_000  # bytes of one package's bodies; what says that it is more is damaged


class Resolved:
    """What is known of one body; of one that is kept, each part is read when it is asked for."""

    sites: tuple[CallSite, ...]  # of the function and of its closures, in run order
    carrying: tuple[Flow, ...]  # of values that may carry a function
    moves: tuple[Flow, ...]  # of other values
    closures: tuple[Closure, ...]
    conversions: tuple[Conversion, ...]
    composites: tuple[Composite, ...]

    def __init__(self, kinds: frozenset[str], read: Callable[[str], Any]) -> None:
        self.kinds = kinds  # of its call sites
        self._read = read  # gives a part by its name

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The moves of all values."""
        return (*self.carrying, *self.moves)

    def __getattr__(self, name: str) -> Any:
        """Read a part that nobody has asked for."""
        if name not in PARTS:
            raise AttributeError(name)
        found = self._read(name)
        setattr(self, name, found)
        return found


PARTS: dict[str, Any] = {
    "sites": tuple[CallSite, ...],
    "carrying": tuple[Flow, ...],
    "moves": tuple[Flow, ...],
    "closures": tuple[Closure, ...],
    "conversions": tuple[Conversion, ...],
    "composites": tuple[Composite, ...],
}


def of(sites: tuple[CallSite, ...], body: Body) -> Resolved:
    """What is known of a body once its calls are call sites."""
    parts = {
        "sites": sites,
        "carrying": body.carrying,
        "moves": body.moves,
        "closures": body.closures,
        "conversions": body.conversions,
        "composites": body.composites,
    }
    return Resolved(frozenset(site.kind for site in sites), parts.__getitem__)


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    kinds: list[str]
    parts: list[bytes]  # in the order of `PARTS`


_KEPT = msgspec.msgpack.Decoder(_Kept)


class _Package(msgspec.Struct, frozen=True, array_like=True):
    """The bodies, the table of their call sites, the outline; packed apart: each is read alone."""

    bodies: bytes
    table: bytes
    outline: bytes


_PACKAGE = msgspec.msgpack.Decoder(_Package)


def write(bodies: Mapping[str, Resolved], table: Mapping[str, str], outline: Outline) -> bytes:
    """The bodies of a package, by owner, as bytes; those that cannot be written are left out.

    `table`: the rows of its call sites, by file.
    """
    found = {}
    for owner, resolved in bodies.items():
        # A constraint that names itself has no end.
        with suppress(NotImplementedError, RecursionError):
            parts = [_ENCODER.encode(getattr(resolved, name)) for name in PARTS]
            found[owner] = _ENCODER.encode(_Kept(sorted(resolved.kinds), parts))
    apart = [packed(_ENCODER.encode(part)) for part in (found, table, outline)]
    return _ENCODER.encode(_Package(*apart))


def table(kept: bytes) -> dict[str, str] | None:
    """The rows of a package's call sites, by file; None where they are damaged."""
    try:
        rows = unpacked(_PACKAGE.decode(kept).table, _MOST)
        return msgspec.msgpack.decode(rows, type=dict[str, str])
    except (DamagedError, msgspec.MsgspecError):
        return None


def outline(kept: bytes) -> Outline | None:
    """What a package declared when it was kept; None where it is damaged."""
    try:
        written = unpacked(_PACKAGE.decode(kept).outline, _MOST)
        return msgspec.msgpack.decode(written, type=Outline)
    except (DamagedError, msgspec.MsgspecError):
        return None


class Reader:
    """Reads the bodies of one program; what turns out to be damaged is resolved again."""

    def __init__(self, program: Program, resolve: Callable[[str], Resolved]) -> None:
        self._program = program
        self._resolve = cache(resolve)
        self._found: dict[Any, Declared] = {}
        self._decoders = {
            name: msgspec.msgpack.Decoder(part, dec_hook=self._declared)
            for name, part in PARTS.items()
        }

    @staticmethod
    def package(kept: bytes) -> dict[str, bytes]:
        """The bodies of a package, each still as bytes; none where they are damaged."""
        try:
            bodies = unpacked(_PACKAGE.decode(kept).bodies, _MOST)
            return msgspec.msgpack.decode(bodies, type=dict[str, bytes])
        except (DamagedError, msgspec.MsgspecError):
            return {}

    def body(self, owner: str, kept: bytes) -> Resolved:
        """One body."""
        try:
            found = _KEPT.decode(kept)
            parts = dict(zip(PARTS, found.parts, strict=True))
        except (ValueError, RecursionError):
            return self._resolve(owner)
        return Resolved(frozenset(found.kinds), partial(self._part, owner, parts))

    def _part(self, owner: str, parts: dict[str, bytes], name: str) -> Any:
        """A part of a kept body, which is asked for once."""
        try:
            return self._decoders[name].decode(parts.pop(name))
        except (msgspec.MsgspecError, RecursionError):
            return getattr(self._resolve(owner), name)

    def _declared(self, form: type[Declared], name: Any) -> Declared:
        """Find a declaration of the program.

        Raises:
            ValueError: there is none of this form and name.

        """
        found = self._found.get(name)
        if found is None:
            path, receiver, last = str(name).split("\n")
            package = self._program.packages.get(path) or self._program.standard_package(path)
            if package is not None:
                scope = package.methods.get(receiver, {}) if receiver else package.scope
                found = scope.get(last)
            if found is None:
                raise ValueError
            self._found[name] = found
        if not isinstance(found, form):
            raise ValueError  # noqa: TRY004 - it is what msgspec asks for
        return found


def _name(declared: object) -> str:
    """The name by which a declaration is found again: package, receiver and name.

    Raises:
        NotImplementedError: it has none.

    """
    match declared:
        case TypeName(scope=None) | Variable():
            return f"{declared.file.package.path}\n\n{declared.name}"
        case Function():
            return f"{declared.file.package.path}\n{declared.receiver}\n{declared.name}"
        case _:
            raise NotImplementedError


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_name)
