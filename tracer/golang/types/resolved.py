"""What is known of one body; as bytes and back, so that what was resolved once need not be again.

A declaration is kept by its name, and found again in the program.  A body that declares types of
its own is not kept: they have no name elsewhere.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, cached_property, partial
from typing import Any, cast

import msgspec

from tracer.golang.declarations import Program
from tracer.golang.packages import Declared, Function, TypeName, Variable
from tracer.golang.types.bodies import Body
from tracer.golang.types.calls import CallSite
from tracer.golang.types.evaluator import Closure
from tracer.golang.types.operands import Composite, Conversion, Flow
from tracer.packing import DamagedError, packed, unpacked

_MOST = 1_000_000_000  # bytes of one package's bodies; what says that it is more is damaged


class Resolved:
    """What is known of one body; of one that is kept, each part is read when it is asked for."""

    def __init__(self, kinds: frozenset[str], part: Callable[[int], Any]) -> None:
        self.kinds = kinds  # of its call sites
        self._part = part  # one of `_PARTS`, by its number

    @cached_property
    def sites(self) -> tuple[CallSite, ...]:
        """The call sites of the function and of its closures, in run order."""
        return cast("tuple[CallSite, ...]", self._part(0))

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The moves of values."""
        return cast("tuple[Flow, ...]", self._part(1))

    @cached_property
    def closures(self) -> tuple[Closure, ...]:
        """The function literals."""
        return cast("tuple[Closure, ...]", self._part(2))

    @cached_property
    def conversions(self) -> tuple[Conversion, ...]:
        """The values that become one of an interface type."""
        return cast("tuple[Conversion, ...]", self._part(3))

    @cached_property
    def composites(self) -> tuple[Composite, ...]:
        """The literals of structs, maps and lists."""
        return cast("tuple[Composite, ...]", self._part(4))

    @property
    def parts(self) -> tuple[tuple[Any, ...], ...]:
        """All of them."""
        return self.sites, self.flows, self.closures, self.conversions, self.composites


_PARTS = (
    tuple[CallSite, ...],
    tuple[Flow, ...],
    tuple[Closure, ...],
    tuple[Conversion, ...],
    tuple[Composite, ...],
)


def of(sites: tuple[CallSite, ...], body: Body) -> Resolved:
    """What is known of a body once its calls are call sites."""
    parts = (sites, body.flows, body.closures, body.conversions, body.composites)
    return Resolved(frozenset(site.kind for site in sites), parts.__getitem__)


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    kinds: frozenset[str]
    sites: bytes
    flows: bytes
    closures: bytes
    conversions: bytes
    composites: bytes


_KEPT = msgspec.msgpack.Decoder(_Kept)


def write(bodies: Mapping[str, Resolved]) -> bytes:
    """The bodies of a package, by owner, as bytes; those that cannot be written are left out."""
    found = {}
    for owner, resolved in bodies.items():
        # A constraint that names itself has no end.
        with suppress(NotImplementedError, RecursionError):
            parts = map(_ENCODER.encode, resolved.parts)
            found[owner] = _ENCODER.encode((sorted(resolved.kinds), *parts))
    return packed(_ENCODER.encode(found))


class Reader:
    """Reads the bodies of one program; what turns out to be damaged is resolved again."""

    def __init__(self, program: Program, resolve: Callable[[str], Resolved]) -> None:
        self._program = program
        self._resolve = cache(resolve)
        self._found: dict[Any, Declared] = {}
        self._decoders = [msgspec.msgpack.Decoder(p, dec_hook=self._declared) for p in _PARTS]

    @staticmethod
    def package(kept: bytes) -> dict[str, bytes]:
        """The bodies of a package, each still as bytes; none where they are damaged."""
        try:
            return msgspec.msgpack.decode(unpacked(kept, _MOST), type=dict[str, bytes])
        except (DamagedError, msgspec.MsgspecError):
            return {}

    def body(self, owner: str, kept: bytes) -> Resolved:
        """One body."""
        try:
            found = _KEPT.decode(kept)
        except (msgspec.MsgspecError, RecursionError):
            return self._resolve(owner)
        parts = [found.sites, found.flows, found.closures, found.conversions, found.composites]
        return Resolved(found.kinds, partial(self._part, owner, parts))

    def _part(self, owner: str, parts: list[bytes], part: int) -> tuple[Any, ...]:
        kept, parts[part] = parts[part], b""  # it is asked for once
        try:
            return cast("tuple[Any, ...]", self._decoders[part].decode(kept))
        except (msgspec.MsgspecError, RecursionError):
            return self._resolve(owner).parts[part]

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
