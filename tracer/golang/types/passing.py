"""A call and its operands: arguments move into parameters, results come out; builtins too."""

import re
from collections.abc import Sequence

from tracer.golang.types import generics
from tracer.golang.types.evaluator import Evaluator
from tracer.golang.types.methodsets import interface_method_id
from tracer.golang.types.model import (
    Basic,
    Pointer,
    Signature,
    Slice,
    Tuple,
    Type,
    bounded,
)
from tracer.golang.types.operands import (
    Call,
    ClosureValue,
    ElementOf,
    FunctionValue,
    InterfaceMethod,
    LiteralValue,
    Operand,
    Origin,
    ParameterOf,
    ParameterOfValue,
    ResultOf,
    ResultOfValue,
    element_of,
    is_followed,
    unknown,
    value,
)
from tracer.golang.types.scopes import Scope
from tracer.golang.types.typexprs import underlying
from tracer.golang.types.universe import EMPTY, INT

_VERB = re.compile(r"%[-+# 0-9.*\[\]]*[a-zA-Z]")


def passed(ev: Evaluator, scope: Scope, call: Call, signature: Signature) -> Operand:
    """Note where the arguments of a call go, and tell what it gives."""
    _arguments(ev, call, signature)
    for index, operand in enumerate(call.args):
        ev.convert(scope, _parameter(signature, index, call.expr.spread), operand, call.expr.lparen)
    return _result(call.func, _instantiated(ev, signature, call.args), call.args)


def builtin(ev: Evaluator, scope: Scope, call: Call) -> Operand:
    """What a builtin function gives; `append` moves values too."""
    expr = call.expr
    first = call.args[0] if call.args else unknown("no argument")
    match call.func.name:
        case "append":
            for operand in call.args[1:]:
                target = element_of(first.origin)
                ev.flow(first.origin if expr.spread else target, operand, expr.lparen)
                form = underlying(ev.types, first.type_)
                elem = form.elem if isinstance(form, Slice) and not expr.spread else None
                ev.convert(scope, elem, operand, expr.lparen)
            return value(first.type_, first.origin)
        case "new":
            made = LiteralValue(ev.file, expr.lparen, first.type_)
            return value(bounded(Pointer(first.type_)), made)
        case "make":
            return value(first.type_)
        case "min" | "max":
            return value(first.type_)
        case "recover":
            return value(EMPTY)
        case "complex":
            return value(Basic("complex128"))
        case "real" | "imag":
            return value(Basic("float64"))
        case "Sizeof" | "Alignof" | "Offsetof":
            return value(Basic("uintptr"))
        case "len" | "cap" | "copy":
            return value(INT)
        case _:
            return Operand("novalue", Tuple(()))


def callee(func: Operand) -> str:
    """The name of what is called, where it is one thing; else nothing."""
    match func.origin:
        case FunctionValue(function):
            return function.id
        case ClosureValue(name):
            return name
        case InterfaceMethod(selection):
            return interface_method_id(selection)
        case _:
            return ""


def _arguments(ev: Evaluator, call: Call, signature: Signature) -> None:
    expr, func = call.expr, call.func
    name = callee(func)
    if name and call.receiver is not None:
        ev.flow(ParameterOf(name, -1), call.receiver, expr.lparen)
    # The first argument of a method expression, T.M(x), is the receiver.
    shift = 1 if func.selection is not None and call.receiver is None else 0
    last = len(signature.params) - 1
    for index, operand in enumerate(call.args):
        parameter: Origin
        if name:
            parameter = ParameterOf(name, min(index, last) - shift)
        elif func.origin is not None and is_followed(func.origin):
            parameter = ParameterOfValue(func.origin, min(index, last))
        else:
            return
        gathered = signature.variadic and index >= last and not expr.spread
        ev.flow(ElementOf(parameter) if gathered else parameter, operand, expr.lparen)


def _parameter(signature: Signature, index: int, spread: bool) -> Type | None:
    """The type of the parameter that an argument is passed for."""
    last = len(signature.params) - 1
    if signature.variadic and index >= last and not spread:
        gathered = signature.params[last]
        return gathered.elem if isinstance(gathered, Slice) else None
    return signature.params[index] if index <= last else None


def _instantiated(ev: Evaluator, signature: Signature, operands: Sequence[Operand]) -> Signature:
    if not signature.type_params:
        return signature
    by = generics.infer(signature, [o.type_ for o in operands], lambda t: underlying(ev.types, t))
    return generics.substitute_signature(signature, by)


def _result(func: Operand, signature: Signature, operands: Sequence[Operand]) -> Operand:
    name = callee(func)
    text = _formatted(name, operands)
    called = func.origin if is_followed(func.origin) else None
    origin = ResultOf(name, 0) if name else called and ResultOfValue(called, 0)
    if len(signature.results) == 1:
        return value(signature.results[0], origin, text)
    if not signature.results:
        return Operand("novalue", Tuple(()))
    return value(Tuple(signature.results), origin)


def _formatted(name: str, operands: Sequence[Operand]) -> str | None:
    """What `fmt.Sprintf` of a known format gives, `{}` for each verb."""
    if name == "fmt.Sprintf" and operands and operands[0].text is not None:
        return _VERB.sub("{}", operands[0].text)
    return None
