"""An operator and its operands become an operand: `x.f`, `*x`, `x + y`, `x[i]`, `x[i:j]`."""

from tracer.golang.types import methodsets
from tracer.golang.types.model import (
    Array,
    Basic,
    Map,
    Pointer,
    Signature,
    Slice,
    Unknown,
    behind,
    bounded,
)
from tracer.golang.types.operands import (
    FieldValue,
    FunctionValue,
    InterfaceMethod,
    Operand,
    Origin,
    element_of,
    unknown,
    value,
)
from tracer.golang.types.typexprs import Types, underlying
from tracer.golang.types.universe import BOOL, UNTYPED_BOOL, UNTYPED_STRING, default

_COMPARISONS = {"==", "!=", "<", "<=", ">", ">=", "&&", "||"}
_COMPARED, _DECIDED = value(UNTYPED_BOOL), value(BOOL)  # alike, so made once
_LONG = 10_000  # characters; a longer sum of strings is data, nobody looks anything up by it


def selected(types: Types, x: Operand, name: str) -> Operand:
    """`x.name`, of a value or a type."""
    found = methodsets.select_or_reason(types, x.type_, name)
    if isinstance(found, Unknown):
        return Operand("value", found)
    if found.kind == "field":
        owner = methodsets.owner_name(found.owner)
        return Operand("value", found.type_, FieldValue(owner, name), selection=found)
    origin: Origin = (
        FunctionValue(found.function, bound=x.mode == "value")
        if found.function
        else InterfaceMethod(found)
    )
    type_ = found.type_
    if x.mode == "type" and isinstance(type_, Signature):  # a method expression: T.M
        type_ = Signature((x.type_, *type_.params), type_.results, type_.variadic)
    return Operand("value", type_, origin, selection=found)


def dereferenced(types: Types, x: Operand) -> Operand:
    """`*x`, of a value or a type."""
    if x.mode == "type":
        return Operand("type", bounded(Pointer(x.type_)))
    form = underlying(types, x.type_)
    if isinstance(form, Pointer):
        return value(form.elem, x.origin)
    return value(form if isinstance(form, Unknown) else Unknown("not a pointer"))


def combined(types: Types, op: str, left: Operand, right: Operand) -> Operand:
    """`left op right`; of strings, the text as far as it is known."""
    if op in _COMPARISONS:
        return _COMPARED if op not in {"&&", "||"} else _DECIDED
    if op in {"<<", ">>"}:
        return value(left.type_)
    untyped = isinstance(left.type_, Basic) and left.type_.name.startswith("untyped")
    type_ = right.type_ if untyped or isinstance(left.type_, Unknown) else left.type_
    if op == "+" and default(underlying(types, type_)) == default(UNTYPED_STRING):
        text = "".join([o.text if o.text is not None else "{}" for o in (left, right)])
        return value(type_, None, text if len(text) < _LONG else None)
    return value(type_)


def indexed(types: Types, x: Operand) -> Operand:
    """`x[i]`, whatever the index."""
    form = underlying(types, behind(x.type_))
    origin = element_of(x.origin)
    match form:
        case Map(_, elem) | Slice(elem) | Array(elem):
            return value(elem, origin)
        case Pointer(elem):
            below = underlying(types, elem)
            return value(
                below.elem if isinstance(below, Array) else Unknown("not an array"), origin
            )
        case Basic():
            return value(Basic("uint8"))
        case Unknown():
            return value(form)
        case _:
            return unknown("not indexable")


def sliced(types: Types, x: Operand) -> Operand:
    """`x[i:j]`."""
    form = underlying(types, behind(x.type_))
    if isinstance(form, Array):
        return value(Slice(form.elem), x.origin)
    return value(default(x.type_), x.origin)
