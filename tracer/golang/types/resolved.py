"""What is known of one body; as bytes and back, so that what was resolved once need not be again.

A declaration is kept by its name, and found again in the program.  A body that declares types of
its own is not kept: they have no name elsewhere.
"""

import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec

from tracer.golang.declarations import Program
from tracer.golang.packages import Declared, Function, TypeName, Variable
from tracer.golang.types.calls import CallSite
from tracer.golang.types.evaluator import Closure
from tracer.golang.types.operands import Composite, Conversion, Flow

_FAST = 1  # of zlib's levels: a tenth of the size, in less time than it takes to encode it
_MOST = 1_000_000_000  # bytes of one package's bodies; what says that it is more is damaged


class Resolved(msgspec.Struct, frozen=True, eq=False, array_like=True):
    """One body: the call sites of the function and of its closures, in run order."""

    sites: tuple[CallSite, ...]
    flows: tuple[Flow, ...]
    closures: tuple[Closure, ...]
    conversions: tuple[Conversion, ...]
    composites: tuple[Composite, ...]


def write(bodies: Mapping[str, Resolved]) -> bytes:
    """The bodies of a package, by owner, as bytes; those that cannot be written are left out."""
    found = {}
    for owner, resolved in bodies.items():
        # A constraint that names itself has no end.
        with suppress(NotImplementedError, RecursionError):
            found[owner] = _ENCODER.encode(resolved)
    return zlib.compress(_ENCODER.encode(found), _FAST)


class Reader:
    """Reads the bodies of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._found: dict[Any, Declared] = {}
        self._decoder = msgspec.msgpack.Decoder(Resolved, dec_hook=self._declared)

    @staticmethod
    def package(kept: bytes) -> dict[str, bytes]:
        """The bodies of a package, each still as bytes; none where they are damaged."""
        try:
            unpacked = zlib.decompressobj().decompress(kept, _MOST)
            return msgspec.msgpack.decode(unpacked, type=dict[str, bytes])
        except (zlib.error, msgspec.MsgspecError):
            return {}

    def body(self, kept: bytes) -> Resolved | None:
        """One body; None where it is damaged."""
        try:
            return self._decoder.decode(kept)
        except (msgspec.MsgspecError, RecursionError):
            return None

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
