"""Type parameters replaced by arguments, and arguments inferred from a call.

A part of https://go.dev/ref/spec#Type_inference: parameter types are unified with argument types,
then each type parameter's core type with its argument.
"""

from collections.abc import Callable, Mapping, Sequence

from tracer.golang.types.model import (
    Array,
    Chan,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    StructField,
    Type,
    TypeParam,
    Unknown,
    bounded,
)
from tracer.golang.types.universe import default

Substitution = Mapping[TypeParam, Type]


def substitute(type_: Type, by: Substitution) -> Type:
    """Replace type parameters."""
    match type_:
        case TypeParam():
            return by.get(type_, type_)
        case Named(declared, arguments) if arguments:
            return Named(declared, _all(arguments, by))
        case Pointer(elem):
            return Pointer(substitute(elem, by))
        case Slice(elem):
            return Slice(substitute(elem, by))
        case Array(elem):
            return Array(substitute(elem, by))
        case Chan(elem):
            return Chan(substitute(elem, by))
        case Map(key, elem):
            return Map(substitute(key, by), substitute(elem, by))
        case Signature(params, results, variadic, type_params):
            return Signature(_all(params, by), _all(results, by), variadic, type_params)
        case Struct(fields):
            return Struct(
                tuple(StructField(f.name, substitute(f.type_, by), f.embedded) for f in fields)
            )
        case Interface(methods, embeds, unions):
            changed = tuple((n, substitute_signature(s, by)) for n, s in methods)
            return Interface(changed, _all(embeds, by), _all(unions, by))
        case _:
            return type_


def substitute_signature(signature: Signature, by: Substitution) -> Signature:
    """Replace type parameters in a signature."""
    params, results = _all(signature.params, by), _all(signature.results, by)
    return Signature(
        tuple([bounded(p) for p in params]),
        tuple([bounded(r) for r in results]),
        signature.variadic,
    )


def infer(
    signature: Signature, arguments: Sequence[Type], underlying: Callable[[Type], Type]
) -> dict[TypeParam, Type]:
    """Work out type arguments from the types of a call's arguments."""
    found: dict[TypeParam, Type] = {}
    for index, argument in enumerate(arguments):
        parameter = _parameter(signature, index)
        if parameter is not None:
            _unify(parameter, argument, found)
    for type_parameter in signature.type_params:
        if type_parameter in found:
            _unify(underlying(type_parameter), underlying(found[type_parameter]), found)
    return {
        p: found.get(p, Unknown(f"type argument {p.name} is not inferred"))
        for p in signature.type_params
    }


def _parameter(signature: Signature, index: int) -> Type | None:
    last = len(signature.params) - 1
    if signature.variadic and index >= last:
        variadic = signature.params[last]
        return variadic.elem if isinstance(variadic, Slice) else variadic
    return signature.params[index] if index <= last else None


def _unify(parameter: Type, argument: Type, found: dict[TypeParam, Type]) -> None:
    match parameter, argument:
        case TypeParam(), _:
            if not isinstance(argument, Unknown):
                found.setdefault(parameter, default(argument))
        case (
            (Pointer(a), Pointer(b))
            | (Slice(a), Slice(b))
            | (Array(a), Array(b))
            | (Chan(a), Chan(b))
        ):
            _unify(a, b, found)
        case Map(k, v), Map(k2, v2):
            _unify(k, k2, found)
            _unify(v, v2, found)
        case Named(d, arguments), Named(d2, arguments2) if d is d2:
            for a, b in zip(arguments, arguments2, strict=False):
                _unify(a, b, found)
        case Signature(params, results), Signature(params2, results2):
            for a, b in zip((*params, *results), (*params2, *results2), strict=False):
                _unify(a, b, found)
        case _:
            pass


def _all(types: tuple[Type, ...], by: Substitution) -> tuple[Type, ...]:
    return tuple([substitute(t, by) for t in types])
