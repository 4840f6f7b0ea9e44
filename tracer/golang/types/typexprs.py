"""A type expression becomes a `Type`; declared types find their underlying type.

`Types` holds a program and what was worked out about it so far: nothing else is remembered.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tracer.golang import syntax as go
from tracer.golang.declarations import Program
from tracer.golang.packages import FileUnit, Function, TypeName, Variable
from tracer.golang.types.model import (
    Array,
    Basic,
    Chan,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    StructField,
    Tuple,
    Type,
    TypeParam,
    Unknown,
    bounded,
)
from tracer.golang.types.questions import Questions
from tracer.golang.types.scopes import Local, PackageName, Scope, Used, lookup
from tracer.golang.types.universe import ERROR_METHODS


@dataclass(eq=False, repr=False)
class Types:
    """A program, and its types as far as they were asked for."""

    program: Program
    underlyings: dict[Named, Type] = field(default_factory=dict)
    aliases: dict[TypeName, Type] = field(default_factory=dict)
    signatures: dict[Function, Signature] = field(default_factory=dict)
    variables: dict[Variable, Any] = field(default_factory=dict)  # → Operand, one floor up
    selections: dict[tuple[Type, str], Any] = field(default_factory=dict)  # → Selection, or why not
    carrying: dict[Type, bool] = field(default_factory=dict)  # see `may_carry`
    questions: Questions = field(default_factory=Questions)
    locals: list[TypeName] = field(default_factory=list)  # declared in the bodies walked so far
    uses: dict[FileUnit, dict[go.Pos, Used]] | None = None  # noted where somebody asks for them

    def note(self, scope: Scope, name: go.Ident, meaning: object) -> None:
        """Note what an identifier means, where it is something declared."""
        if self.uses is not None and isinstance(meaning, Used):
            self.uses.setdefault(scope.file, {})[name.pos] = meaning


def file_scope(file: FileUnit, owner: str = "") -> Scope:
    """The scope in which a file's declarations are read."""
    return Scope(file, owner or f"{file.package.path}.init")


def type_of(types: Types, scope: Scope, expr: go.Expr) -> Type:
    """The type that an expression denotes; Unknown where it denotes none."""
    match expr:
        case go.Ident(name=name):
            meaning = lookup(types.program, scope, name)
            types.note(scope, expr, meaning)
            return _named(types, scope, meaning, name)
        case go.SelectorExpr(x=go.Ident(name=qualifier) as x, sel=sel):
            package = lookup(types.program, scope, qualifier)
            types.note(scope, x, package)
            if not isinstance(package, PackageName):
                return Unknown(f"{qualifier} is not a package here")
            return _exported(types, scope, package.path, sel)
        case go.ParenExpr(x=x):
            return type_of(types, scope, x)
        case go.StarExpr(x=x):
            return Pointer(type_of(types, scope, x))
        case go.ArrayType(length=None, elem=elem):
            return Slice(type_of(types, scope, elem))
        case go.ArrayType(length=length, elem=elem):
            if types.uses is not None and length is not None:
                type_of(types, scope, length)  # its value does not matter, its names do
            return Array(type_of(types, scope, elem))
        case go.MapType(key=key, value=value):
            return Map(type_of(types, scope, key), type_of(types, scope, value))
        case go.ChanType(value=value):
            return Chan(type_of(types, scope, value))
        case go.Ellipsis(elem=go.ExprNode() as elem):
            return Slice(type_of(types, scope, elem))
        case go.FuncType():
            return signature(types, scope, expr)
        case go.StructType():
            return _struct(types, scope, expr)
        case go.InterfaceType():
            return _interface(types, scope, expr)
        case go.UnionType() | go.UnaryExpr(op="~"):
            return Interface((), (), _terms(types, scope, expr))
        case go.IndexExpr(x=x, indices=indices):
            generic = type_of(types, scope, x)
            if isinstance(generic, Named) and generic.declared.spec.type_params:
                arguments = [type_of(types, scope, i) for i in indices]
                return bounded(Named(generic.declared, tuple(arguments)))
            return Unknown("not a generic type")
        case _:
            return Unknown("not a type")


def underlying(types: Types, type_: Type) -> Type:
    """The underlying type: https://go.dev/ref/spec#Underlying_types."""
    if isinstance(type_, Basic) and type_.name == "error":
        return Interface(ERROR_METHODS)
    if isinstance(type_, TypeParam):
        return _core(types, type_)
    if not isinstance(type_, Named):
        return type_
    if (known := types.underlyings.get(type_)) is not None:
        return known
    spec = type_.declared.spec
    return types.questions.answer(
        types.underlyings,
        type_,
        Unknown(f"{type_.declared.id} is defined by itself"),
        spec.levels,
        lambda: underlying(types, type_of(types, type_scope(types, type_), spec.type_)),
    )


def may_carry(types: Types, type_: Type) -> bool:
    """Say whether a value of a type may be a function, or hold some that are told by the value.

    What a struct's fields hold is told by the struct's type: see `FieldValue`.
    """
    found = types.carrying.get(type_)
    if found is None:
        found = types.carrying[type_] = any(
            isinstance(form, Signature | Interface | TypeParam | Unknown)
            for form in _inside(types, type_)
        )
    return found


def _inside(types: Types, type_: Type) -> Iterator[Type]:
    """The forms of a type and of what its values point to or have as elements."""
    pending, seen = [type_], set[Type]()
    while pending:
        current = pending.pop()
        if current not in seen:
            seen.add(current)
            form = current if isinstance(current, TypeParam) else underlying(types, current)
            yield form
            match form:
                case Pointer(elem) | Slice(elem) | Array(elem) | Chan(elem):
                    pending.append(elem)
                case Map(key, elem):
                    pending += (key, elem)
                case Tuple(parts):
                    pending.extend(parts)
                case _:
                    pass


def type_scope(types: Types, type_: Named) -> Scope:
    """The scope inside a type's declaration: its type parameters stand for its arguments."""
    declared = type_.declared
    outer = declared.scope if isinstance(declared.scope, Scope) else file_scope(declared.file)
    if not declared.spec.type_params:
        return outer
    scope = outer.child()
    parameters = type_parameters(types, scope, declared.spec.type_params, declared.id)
    for index, parameter in enumerate(parameters):
        if index < len(type_.arguments):
            argument = type_.arguments[index]
            scope.names[parameter.name] = TypeArgument(parameter.name, argument, _NOWHERE, "")
    return scope


class TypeArgument(Local, eq=False):
    """A type parameter that stands for an argument; its `type_` is that argument."""


_NOWHERE = go.Pos(0, 0)


def type_parameters(
    types: Types, scope: Scope, fields: tuple[go.Field, ...], owner: str
) -> tuple[TypeParam, ...]:
    """Declare type parameters in a scope."""
    found: list[TypeParam] = []
    for part in fields:  # declared first: constraints may name each other, and themselves
        for name in part.names:
            parameter = TypeParam(name.name, owner, Interface(()))
            scope.names[name.name] = parameter
            found.append(parameter)
    constraints = [type_of(types, scope, part.type_) for part in fields for _ in part.names]
    for parameter, constraint in zip(found, constraints, strict=True):
        parameter.constraint = constraint
    return tuple(found)


def signature(types: Types, scope: Scope, expr: go.FuncType) -> Signature:
    """The signature that a function type denotes."""
    parameters: tuple[TypeParam, ...] = ()
    if expr.type_params:
        scope = scope.child()
        parameters = type_parameters(types, scope, expr.type_params, scope.owner)
    variadic = bool(expr.params) and isinstance(expr.params[-1].type_, go.Ellipsis)
    return Signature(
        _parameters(types, scope, expr.params),
        _parameters(types, scope, expr.results),
        variadic,
        parameters,
    )


def function_signature(types: Types, function: Function) -> Signature:
    """The signature of a declared function or method, without its receiver."""
    if function not in types.signatures:
        types.signatures[function] = signature(
            types, receiver_scope(types, function), function.decl.type_
        )
    return types.signatures[function]


def receiver_scope(types: Types, function: Function) -> Scope:
    """The scope of a function's signature: its receiver's type parameters are declared."""
    scope = file_scope(function.file, function.id)
    receiver = function.decl.receiver
    expression = receiver.type_ if receiver else None
    while isinstance(expression, go.StarExpr | go.ParenExpr):
        expression = expression.x
    if not isinstance(expression, go.IndexExpr):
        return scope
    declared = function.file.package.scope.get(function.receiver)
    if isinstance(declared, TypeName):
        inner = scope.child()
        own = type_parameters(
            types, file_scope(declared.file), declared.spec.type_params, declared.id
        )
        for index, parameter in zip(expression.indices, own, strict=False):
            if isinstance(index, go.Ident):
                inner.names[index.name] = parameter
        return inner
    return scope


def receiver_type(types: Types, function: Function) -> Type:
    """The type of a method's receiver."""
    declared = function.file.package.scope.get(function.receiver)
    if not isinstance(declared, TypeName):
        return Unknown(f"no type {function.receiver} in {function.file.package.path}")
    parameters = type_parameters(
        types, file_scope(declared.file), declared.spec.type_params, declared.id
    )
    named = Named(declared, parameters)
    return Pointer(named) if function.pointer else named


def of_type_name(types: Types, declared: TypeName, arguments: tuple[Type, ...] = ()) -> Type:
    """The type a declared name denotes: an alias is what it stands for."""
    if not declared.spec.is_alias:
        return Named(declared, arguments)
    if (known := types.aliases.get(declared)) is not None:
        return known
    scope = declared.scope if isinstance(declared.scope, Scope) else file_scope(declared.file)
    return types.questions.answer(
        types.aliases,
        declared,
        Unknown(f"{declared.id} is defined by itself"),
        declared.spec.levels,
        lambda: bounded(type_of(types, scope, declared.spec.type_)),
    )


def _named(types: Types, scope: Scope, meaning: object, name: str) -> Type:
    match meaning:
        case TypeName():
            return of_type_name(types, meaning)
        case TypeArgument(type_=type_):
            return type_
        case TypeParam() | Basic() | Interface():
            return meaning
        case None:
            if scope.file.dots:
                return Unknown(f"{name} may come from a dot import that is not in the tree")
            return Unknown(f"{name} is not declared")
        case _:
            return Unknown(f"{name} is not a type")


def _exported(types: Types, scope: Scope, path: str, ident: go.Ident) -> Type:
    name = ident.name
    if path == "C":
        return Unknown("cgo")
    if path == "unsafe" and name == "Pointer":
        return Basic("unsafe.Pointer")
    package = types.program.package(path)
    if package is None:
        return Unknown(f"package {path} is not in the tree")
    declared = package.scope.get(name)
    types.note(scope, ident, declared)
    if isinstance(declared, TypeName):
        return of_type_name(types, declared)
    return Unknown(f"{path}.{name} is not a type")


def _parameters(types: Types, scope: Scope, fields: tuple[go.Field, ...]) -> tuple[Type, ...]:
    found: list[Type] = []
    for part in fields:
        found.extend([type_of(types, scope, part.type_)] * max(1, len(part.names)))
    return tuple(found)


def _struct(types: Types, scope: Scope, expr: go.StructType) -> Struct:
    fields: list[StructField] = []
    for part in expr.fields:
        type_ = type_of(types, scope, part.type_)
        if part.names:
            fields.extend(StructField(n.name, type_, embedded=False) for n in part.names)
        else:
            fields.append(StructField(embedded_name(part.type_), type_, embedded=True))
    return Struct(tuple(fields))


def embedded_name(expr: go.Expr) -> str:
    """The name that an embedded field gets from its type."""
    match expr:
        case go.Ident(name=name) | go.SelectorExpr(sel=go.Ident(name=name)):
            return name
        case go.StarExpr(x=x) | go.ParenExpr(x=x) | go.IndexExpr(x=x):
            return embedded_name(x)
        case _:
            return "?"


def _interface(types: Types, scope: Scope, expr: go.InterfaceType) -> Interface:
    methods = [
        (m.names[0].name, signature(types, scope, m.type_))
        for m in expr.methods
        if isinstance(m.type_, go.FuncType)
    ]
    embeds: list[Type] = []
    unions: list[Type] = []
    for element in expr.embeds:
        if isinstance(element, go.Ident | go.SelectorExpr | go.IndexExpr | go.ParenExpr):
            embeds.append(type_of(types, scope, element))
        else:
            unions.extend(_terms(types, scope, element))
    return Interface(tuple(sorted(methods, key=lambda m: m[0])), tuple(embeds), tuple(unions))


def _terms(types: Types, scope: Scope, expr: go.Expr) -> tuple[Type, ...]:
    match expr:
        case go.UnionType(terms=terms):
            return tuple([t for term in terms for t in _terms(types, scope, term)])
        case go.UnaryExpr(op="~", x=x):
            return (type_of(types, scope, x),)
        case _:
            return (type_of(types, scope, expr),)


def _core(types: Types, parameter: TypeParam) -> Type:
    """The core type of a type parameter: its constraint's only term, or the constraint."""
    type_: Type = parameter
    seen: set[TypeParam] = set()
    while isinstance(type_, TypeParam):
        if type_ in seen:
            return Unknown(f"{type_.name} is constrained by itself")
        seen.add(type_)
        type_ = type_.constraint
        if not isinstance(type_, TypeParam):
            constraint = underlying(types, type_)
            if not isinstance(constraint, Interface) or len(set(constraint.unions)) != 1:
                return constraint
            type_ = constraint.unions[0]
    return underlying(types, type_)
