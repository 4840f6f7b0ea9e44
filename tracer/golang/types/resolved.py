"""What is known of one body; as bytes and back, so that what was resolved once need not be again.

A declaration is kept by its name, and found again in the program.  A body that declares types of
its own is not kept: they have no name elsewhere.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, cached_property, partial
from typing import Any

import msgspec

from tracer.golang.declarations import Program
from tracer.golang.packages import Declared, Function, TypeName, Variable
from tracer.golang.types.bodies import Body
from tracer.golang.types.calls import DYNAMIC, CallSite
from tracer.golang.types.evaluator import Closure
from tracer.golang.types.operands import Composite, Conversion, Flow
from tracer.golang.types.outlines import Outline
from tracer.packing import DamagedError, packed, unpacked

_MOST = 1_000_000_000  # bytes of one package's bodies; what says that it is more is damaged


class Resolved:
    """What is known of one body; of one that is kept, each part is read when it is asked for."""

    dynamic: tuple[CallSite, ...]  # whom they call, no declaration says
    static: tuple[CallSite, ...]  # the other ones
    carrying: tuple[Flow, ...]  # of values that may carry a function
    moves: tuple[Flow, ...]  # of other values
    closures: tuple[Closure, ...]
    conversions: tuple[Conversion, ...]
    composites: tuple[Composite, ...]

    def __init__(self, kinds: frozenset[str], read: Callable[[str], Any]) -> None:
        self.kinds = kinds  # of its call sites
        self._read = read  # gives a part by its name

    @cached_property
    def sites(self) -> tuple[CallSite, ...]:
        """The calls of the function and of its closures, in run order."""
        return tuple(sorted((*self.dynamic, *self.static), key=_turn))

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
    "dynamic": tuple[CallSite, ...],
    "static": tuple[CallSite, ...],
    "carrying": tuple[Flow, ...],
    "moves": tuple[Flow, ...],
    "closures": tuple[Closure, ...],
    "conversions": tuple[Conversion, ...],
    "composites": tuple[Composite, ...],
}


def of(sites: tuple[CallSite, ...], body: Body) -> Resolved:
    """What is known of a body once its calls are call sites."""
    parts = {
        "dynamic": tuple(site for site in sites if site.kind in DYNAMIC),
        "static": tuple(site for site in sites if site.kind not in DYNAMIC),
        "carrying": body.carrying,
        "moves": body.moves,
        "closures": body.closures,
        "conversions": body.conversions,
        "composites": body.composites,
    }
    return Resolved(frozenset(site.kind for site in sites), parts.__getitem__)


def _turn(site: CallSite) -> int:
    return site.nth


class _Package(msgspec.Struct, frozen=True, array_like=True):
    """The bodies, the table of their call sites, the outline; packed apart: each is read alone."""

    kinds: bytes  # of each body, by owner
    parts: list[bytes]  # in the order of `PARTS`: that part of each body, in the order of `kinds`
    table: bytes
    outline: bytes


_PACKAGE = msgspec.msgpack.Decoder(_Package)
_KINDS = msgspec.msgpack.Decoder(dict[str, list[str]])
_LISTED = msgspec.msgpack.Decoder(list[bytes])


def write(bodies: Mapping[str, Resolved], table: Mapping[str, str], outline: Outline) -> bytes:
    """The bodies of a package, by owner, as bytes; those that cannot be written are left out.

    `table`: the rows of its call sites, by file.
    """
    kinds: dict[str, list[str]] = {}
    rows: list[list[bytes]] = []
    for owner, resolved in bodies.items():
        # A constraint that names itself has no end.
        with suppress(NotImplementedError, RecursionError):
            rows.append([_ENCODER.encode(getattr(resolved, name)) for name in PARTS])
            kinds[owner] = sorted(resolved.kinds)
    parts = [_packed([row[nth] for row in rows]) for nth in range(len(PARTS))]
    return _ENCODER.encode(_Package(_packed(kinds), parts, _packed(table), _packed(outline)))


def _packed(part: object) -> bytes:
    return packed(_ENCODER.encode(part))


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

    def bodies(self, kept: bytes) -> dict[str, Resolved]:
        """The bodies of a package, by owner; none where they are damaged."""
        try:
            package = _PACKAGE.decode(kept)
            kinds = _KINDS.decode(unpacked(package.kinds, _MOST))
        except (DamagedError, msgspec.MsgspecError):
            return {}
        parts = dict(zip(PARTS, package.parts, strict=False))

        @cache
        def listed(name: str) -> list[bytes]:
            """A part of all bodies, unpacked when the first of them is asked for it."""
            return _LISTED.decode(unpacked(parts.get(name, b""), _MOST))

        return {
            owner: Resolved(frozenset(forms), partial(self._part, owner, listed, nth))
            for nth, (owner, forms) in enumerate(kinds.items())
        }

    def _part(self, owner: str, listed: Callable[[str], list[bytes]], nth: int, name: str) -> Any:
        """A part of the nth body of a package."""
        try:
            return self._decoders[name].decode(listed(name)[nth])
        except (DamagedError, IndexError, msgspec.MsgspecError, RecursionError):
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
