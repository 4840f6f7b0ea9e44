"""What is noted while a body is walked: calls, moves of values, conversions, closures."""

from collections.abc import Callable

import msgspec

from tracer.golang import syntax as go
from tracer.golang.types.model import Interface, Named, Pointer, Signature, Type
from tracer.golang.types.operands import Call, Composite, Conversion, Flow, Operand, Origin
from tracer.golang.types.scopes import Scope
from tracer.golang.types.typexprs import Types, may_carry, underlying


class Closure(msgspec.Struct, frozen=True, eq=False, gc=False, array_like=True):
    """A function literal met on the way."""

    name: str
    parent: str
    file: str
    pos: go.Pos
    end: go.Pos


class Evaluator(msgspec.Struct, eq=False):
    """Evaluates the expressions of one function and notes what it meets."""

    types: Types
    file: str
    walk_block: Callable[["Evaluator", Scope, go.BlockStmt, Signature], None]
    calls: list[Call] = msgspec.field(default_factory=list)
    carrying: list[Flow] = msgspec.field(default_factory=list)
    moves: list[Flow] = msgspec.field(default_factory=list)
    closures: list[Closure] = msgspec.field(default_factory=list)
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    conversions: list[Conversion] = msgspec.field(default_factory=list)
    composites: list[Composite] = msgspec.field(default_factory=list)
    signatures: dict[str, Signature] = msgspec.field(
        default_factory=dict
    )  # of each body, by its name

    def flow(
        self, target: Origin | None, source: Operand, pos: go.Pos, key: str | None = None
    ) -> None:
        """Note that a value moves; apart, where it may carry a function."""
        if target is not None and source.origin is not None and source.origin != target:
            noted = self.carrying if may_carry(self.types, source.type_) else self.moves
            noted.append(Flow(target, source.origin, self.file, pos, key))

    def convert(self, scope: Scope, target: Type | None, source: Operand, pos: go.Pos) -> None:
        """Note that a value becomes one of another, declared, interface type."""
        if not isinstance(target, Named) or source.mode != "value" or source.type_ == target:
            return
        if isinstance(source.type_, Named | Pointer) and isinstance(
            underlying(self.types, target), Interface
        ):
            found = Conversion(target, source.type_, scope.owner, self.file, pos)
            self.conversions.append(found)

    def ask(self, scope: Scope, source: Operand, target: Type, pos: go.Pos) -> None:
        """Note that a value of a declared interface type is asked for another type."""
        if isinstance(source.type_, Named) and isinstance(target, Named):
            found = Conversion(target, source.type_, scope.owner, self.file, pos, asserted=True)
            self.conversions.append(found)
