"""What evaluating an expression tells: its type, where its value comes from, its text."""

import msgspec
from msgspec.structs import replace

from tracer.golang import syntax as go
from tracer.golang.packages import Function, Variable
from tracer.golang.types.methodsets import Selection
from tracer.golang.types.model import Tuple, Type, Unknown

# Where a value comes from.  A value of function type is followed along these.


class Source(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=go.tag):
    """What all of them have in common: how they are kept."""


class FunctionValue(Source, frozen=True):
    """A declared function, or a method bound to a receiver."""

    function: Function
    bound: bool = False


class InterfaceMethod(Source, frozen=True):
    """A method of an interface, not called yet: `m.callback` where m is an interface."""

    selection: Selection


class ClosureValue(Source, frozen=True):
    """A function literal, by its name in SSA notation."""

    name: str


class FieldValue(Source, frozen=True):
    """A field of a struct, whichever value the struct is: type and name."""

    owner: str
    name: str


class ElementOf(Source, frozen=True):
    """An element of an array, slice, map or channel that comes from `container`."""

    container: "Origin"


class ResultOf(Source, frozen=True):
    """A result of a call: the callee's id and the result's index."""

    callee: str
    nth: int


class ResultOfValue(Source, frozen=True):
    """A result of a call of a function value, which comes from `function`."""

    function: "Origin"
    nth: int


class LiteralValue(Source, frozen=True, eq=False):
    """A composite literal, by its place; of which type it is, pointers left off."""

    file: str
    pos: go.Pos
    type_: Type

    def __eq__(self, other: object) -> bool:
        """Compare by place, which tells the type."""
        return isinstance(other, LiteralValue) and self.pos == other.pos and self.file == other.file

    def __hash__(self) -> int:
        """Agree with what is equal."""
        return hash((self.file, self.pos))


class ParameterOf(Source, frozen=True):
    """A parameter of a function or closure."""

    function: str
    nth: int


class ParameterOfValue(Source, frozen=True):
    """A parameter of a function value, which comes from `function`; a receiver may be the first."""

    function: "Origin"
    nth: int


class LocalValue(Source, frozen=True):
    """A variable or constant of a function or closure, by the place that declares it."""

    owner: str
    name: str
    pos: go.Pos  # of a type switch's: the clause it is for, since each has one


class VariableValue(Source, frozen=True):
    """A package-level variable or constant."""

    variable: Variable


Origin = (
    FunctionValue
    | InterfaceMethod
    | ClosureValue
    | FieldValue
    | ElementOf
    | ResultOf
    | ResultOfValue
    | ParameterOf
    | ParameterOfValue
    | LiteralValue
    | LocalValue
    | VariableValue
)


_FOLLOWED = 12  # elements of elements, results of results: nobody follows a value any deeper


def is_followed(origin: Origin | None) -> bool:
    """Say whether what is inside an origin, or comes out of it, is still an origin."""
    for _ in range(_FOLLOWED):
        match origin:
            case ElementOf(inner) | ResultOfValue(inner) | ParameterOfValue(inner):
                origin = inner
            case _:
                return origin is not None
    return False


def element_of(origin: Origin | None) -> ElementOf | None:
    """An element of what comes from an origin; None where that is not followed."""
    return ElementOf(origin) if origin is not None and is_followed(origin) else None


class Operand(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The result of evaluating one expression."""

    mode: str  # value, type, package, builtin, novalue
    type_: Type
    origin: Origin | None = None
    text: str | None = None  # a string's value, `{}` for each part that is not known
    selection: Selection | None = None
    name: str = ""  # of a builtin or a package


def value(type_: Type, origin: Origin | None = None, text: str | None = None) -> Operand:
    """A value of a type."""
    return Operand("value", type_, origin, text)


def unknown(reason: str) -> Operand:
    """A value whose type cannot be told."""
    return Operand("value", Unknown(reason))


def values_of(operand: Operand) -> list[Operand]:
    """Take apart the values of a call that has several results, or the one value."""
    if not isinstance(operand.type_, Tuple):
        return [operand]
    origin = operand.origin
    return [
        value(t, replace(origin, nth=i) if isinstance(origin, ResultOf | ResultOfValue) else None)
        for i, t in enumerate(operand.type_.types)
    ]


class Composite(msgspec.Struct, frozen=True, eq=False, gc=False, array_like=True):
    """A composite literal of a declared type, or one with a text in it."""

    literal: LiteralValue
    type_name: str  # the id of its declared type
    elements: tuple["Element", ...]

    def element(self, name: str) -> "Element | None":
        """Find an element by its field's name or its index."""
        return next((e for e in self.elements if e.name == name), None)

    def text(self, name: str) -> str | None:
        """The text of an element, where it is known."""
        found = self.element(name)
        return found.operand.text if found else None

    def origin(self, name: str) -> Origin | None:
        """Where an element comes from."""
        found = self.element(name)
        return found.operand.origin if found else None


class Element(msgspec.Struct, frozen=True, eq=False, gc=False, array_like=True):
    """One element of a composite literal."""

    name: str  # its field's, or its index
    operand: Operand
    pos: go.Pos


class Call(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A call expression with everything evaluated; what `calls` turns into a call site."""

    expr: go.CallExpr
    caller: str
    file: str
    func: Operand
    args: tuple[Operand, ...]
    mode: str  # call, go or defer
    receiver: Operand | None = None  # of a method call


class Conversion(msgspec.Struct, frozen=True, eq=False, gc=False, array_like=True):
    """A value becomes one of an interface type: assigned, passed, returned, kept in a literal."""

    interface: Type
    type_: Type  # the value's own
    caller: str
    file: str
    pos: go.Pos
    asserted: bool = False  # the other way round: `x.(T)` of an interface value


class Flow(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A value moves: from where it comes to where it is kept."""

    target: Origin
    source: Origin
    file: str
    pos: go.Pos
    key: str | None = None  # the literal key, for an element of a map
