"""An expression in its scope becomes an `Operand`; the calls inside it are noted in run order.

Function literals are walked where they stand: `bodies` hands in how.
Not followed: constant arithmetic (only strings are worth knowing here), unsafe, cgo's C side.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from tracer.golang import syntax as go
from tracer.golang.packages import Function, TypeName, Variable
from tracer.golang.types import generics, methodsets, operators, passing, typexprs
from tracer.golang.types.evaluator import Closure, Evaluator
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
    Tuple,
    Type,
    TypeParam,
    Unknown,
    behind,
    bounded,
)
from tracer.golang.types.operands import (
    Call,
    ClosureValue,
    Composite,
    Element,
    ElementOf,
    FieldValue,
    FunctionValue,
    LiteralValue,
    LocalValue,
    Operand,
    ParameterOf,
    VariableValue,
    element_of,
    unknown,
    value,
    values_of,
)
from tracer.golang.types.scopes import Local, Member, PackageName, Scope, declare_parameters, lookup
from tracer.golang.types.typexprs import Types, underlying
from tracer.golang.types.universe import (
    INT,
    LITERALS,
    UNTYPED_BOOL,
    UNTYPED_STRING,
    Builtin,
    default,
)

_LITERALS = {kind: value(type_) for kind, type_ in LITERALS.items()}  # alike, so made once


def evaluate(ev: Evaluator, scope: Scope, expr: go.Expr, hint: Type | None = None) -> Operand:
    """Evaluate one expression; `hint` is the type that an elided literal takes."""
    match expr:  # the commonest first
        case go.Ident():
            return _ident(ev, scope, expr)
        case go.SelectorExpr():
            return _selector(ev, scope, expr)
        case go.CallExpr():
            return call(ev, scope, expr)
        case go.BasicLit(kind="STRING", value=text):
            return value(UNTYPED_STRING, None, text)
        case go.BasicLit(kind=kind):
            return _LITERALS[kind]
        case go.ParenExpr(x=x):
            return evaluate(ev, scope, x, hint)
        case go.FuncLit():
            return _func_lit(ev, scope, expr)
        case go.CompositeLit():
            return _composite(ev, scope, expr, hint)
        case go.StarExpr(x=x):
            return operators.dereferenced(ev.types, evaluate(ev, scope, x))
        case go.UnaryExpr():
            return _unary(ev, scope, expr, hint)
        case go.BinaryExpr():
            return _binary(ev, scope, expr)
        case go.IndexExpr():
            return _index(ev, scope, expr)
        case go.SliceExpr(x=x, bounds=bounds):
            for bound in bounds:
                evaluate(ev, scope, bound)
            return operators.sliced(ev.types, evaluate(ev, scope, x))
        case go.TypeAssertExpr(x=x, type_=type_):
            operand = evaluate(ev, scope, x)
            asserted = typexprs.type_of(ev.types, scope, type_)
            ev.ask(scope, operand, asserted, expr.pos)
            return value(asserted, operand.origin)
        case go.BadExpr(reason=reason):
            return unknown(reason)
        case _:
            return Operand("type", typexprs.type_of(ev.types, scope, expr))


def evaluate_many(
    ev: Evaluator, scope: Scope, exprs: Sequence[go.Expr], count: int
) -> list[Operand]:
    """Evaluate the right side of an assignment to `count` places, comma-ok forms included."""
    if len(exprs) == count:
        return [evaluate(ev, scope, e) for e in exprs]
    if len(exprs) != 1:
        return [unknown("the sides of the assignment do not match")] * count
    operand = evaluate(ev, scope, exprs[0])
    if isinstance(operand.type_, Tuple) and len(operand.type_.types) == count:
        return values_of(operand)
    if count == 2 and not isinstance(operand.type_, Tuple):  # noqa: PLR2004 - v, ok
        return [operand, value(UNTYPED_BOOL)]
    reason = (
        operand.type_ if isinstance(operand.type_, Unknown) else Unknown("not that many values")
    )
    return [value(reason)] * count


def variable(types: Types, declared: Variable) -> Operand:
    """The type of a package-level variable or constant, and its text where it is a string."""
    known: Operand | None = types.variables.get(declared)
    if known is not None:
        return known
    answer: Operand = types.questions.answer(
        types.variables,
        declared,
        unknown(f"{declared.id} is initialised by itself"),
        declared.spec.levels,
        lambda: _variable(types, declared),
    )
    return answer


def _variable(types: Types, declared: Variable) -> Operand:
    scope = typexprs.file_scope(declared.file)
    spec = declared.spec
    type_ = typexprs.type_of(types, scope, spec.type_) if spec.type_ else None
    if spec.values and (type_ is None or spec.is_const):
        silent = Evaluator(types, declared.file.path, lambda *_: None)
        found = evaluate_many(silent, scope, spec.values, len(spec.names))[declared.index]
        text = found.text if spec.is_const else None
        return value(type_ or (found.type_ if spec.is_const else default(found.type_)), None, text)
    return value(type_) if type_ else unknown("no type and no value")


def _ident(ev: Evaluator, scope: Scope, ident: go.Ident) -> Operand:
    name = ident.name
    if name == "_":
        return unknown("the blank identifier has no value")
    meaning = lookup(ev.types.program, scope, name)
    if ev.types.uses is not None:
        ev.types.note(scope, ident, meaning)
    return _meaning(ev, scope, meaning, name)


def _meaning(ev: Evaluator, scope: Scope, meaning: object, name: str) -> Operand:
    match meaning:
        case Local(type_=type_):
            index = meaning.parameter
            if index is not None:
                return value(type_, ParameterOf(meaning.owner, index))
            return value(type_, LocalValue(meaning.owner, name, meaning.pos), meaning.text)
        case Variable():
            return replace(variable(ev.types, meaning), origin=VariableValue(meaning))
        case Function():
            return value(typexprs.function_signature(ev.types, meaning), FunctionValue(meaning))
        case TypeName():
            return Operand("type", typexprs.of_type_name(ev.types, meaning))
        case PackageName(path):
            return Operand("package", Unknown("a package"), name=path)
        case Builtin():
            return Operand("builtin", Unknown("a builtin"), name=name)
        case TypeParam():
            return Operand("type", meaning)
        case Basic() | Interface():
            constant = name in {"true", "false", "nil", "iota"}
            return value(meaning) if constant else Operand("type", meaning)
        case _:
            return Operand("value", typexprs.type_of(ev.types, scope, go.Ident(go.Pos(0, 0), name)))


# Selectors


def _selector(ev: Evaluator, scope: Scope, expr: go.SelectorExpr) -> Operand:
    x = evaluate(ev, scope, expr.x)
    operand = _selected(ev, scope, x, expr.sel)
    if x.mode == "value" and (
        callee := passing.callee(operand)
    ):  # a method value keeps its receiver
        ev.flow(ParameterOf(callee, -1), x, expr.pos)
    return operand


def _selected(ev: Evaluator, scope: Scope, x: Operand, sel: go.Ident) -> Operand:
    if x.mode == "package":
        return _exported(ev, scope, x.name, sel)
    operand = operators.selected(ev.types, x, sel.name)
    if operand.selection is not None and ev.types.uses is not None:
        found = operand.selection
        ev.types.note(scope, sel, found.function or _member(found.owner, sel.name))
    return operand


def _member(owner: Type, name: str) -> Member | None:
    """A field or method as something declared; those of unnamed types are not."""
    return Member(owner.declared, name) if isinstance(owner, Named) else None


def _exported(ev: Evaluator, scope: Scope, path: str, sel: go.Ident) -> Operand:
    name = sel.name
    if path == "C":
        return Operand("value", Unknown("cgo"), name=f"C.{name}")
    if path == "unsafe":
        return _unsafe(name)
    package = ev.types.program.package(path)
    if package is None:
        return Operand(
            "value", Unknown(f"package {path} is not in the tree"), name=f"{path}.{name}"
        )
    declared = package.scope.get(name)
    if declared is None:
        release = f" in Go 1.{ev.types.program.release}" if package.origin == "std" else ""
        reason = f"{path} declares no {name}{release}"
        return Operand("value", Unknown(reason), name=f"{path}.{name}")
    ev.types.note(scope, sel, declared)
    return _meaning(ev, scope, declared, name)


def _unsafe(name: str) -> Operand:
    if name == "Pointer":
        return Operand("type", Basic("unsafe.Pointer"))
    return Operand("builtin", Unknown("a builtin"), name=name)


# Calls


def call(ev: Evaluator, scope: Scope, expr: go.CallExpr, mode: str = "call") -> Operand:
    """Evaluate a call, a conversion or a builtin, and note it."""
    func, receiver = _called(ev, scope, expr.func)
    signature = underlying(ev.types, func.type_)
    operands = _operands(ev, scope, expr, func, signature)
    noted = Call(expr, scope.owner, ev.file, func, operands, mode, receiver)
    ev.calls.append(noted)
    if func.mode == "builtin":
        return passing.builtin(ev, scope, noted)
    if func.mode == "type":
        first = operands[0] if operands else unknown("a conversion of nothing")
        ev.convert(scope, func.type_, first, expr.lparen)
        return value(func.type_, first.origin, first.text)
    if isinstance(signature, Signature):
        return passing.passed(ev, scope, noted, signature)
    return unknown(signature.reason if isinstance(signature, Unknown) else "not a function")


def _operands(
    ev: Evaluator, scope: Scope, expr: go.CallExpr, func: Operand, signature: Type
) -> tuple[Operand, ...]:
    """The arguments of a call; an elided literal takes the parameter's type."""
    if func.mode in {"builtin", "type"}:
        hint = func.type_ if func.mode == "type" else None
        return tuple([evaluate(ev, scope, a, hint) for a in expr.args])
    params = signature.params if isinstance(signature, Signature) else ()
    given = [
        evaluate(ev, scope, a, params[i] if i < len(params) else None)
        for i, a in enumerate(expr.args)
    ]
    # f(g()), where g may have several results
    return tuple(values_of(given[0]) if len(given) == 1 else given)


def _called(ev: Evaluator, scope: Scope, func: go.Expr) -> tuple[Operand, Operand | None]:
    """What a call calls, and the receiver of a method call; each part is evaluated once."""
    if not isinstance(func, go.SelectorExpr):
        return evaluate(ev, scope, func), None
    x = evaluate(ev, scope, func.x)
    return _selected(ev, scope, x, func.sel), x if x.mode == "value" else None


# Literals


def _func_lit(ev: Evaluator, scope: Scope, expr: go.FuncLit) -> Operand:
    number = ev.counts[scope.owner] = ev.counts.get(scope.owner, 0) + 1
    name = f"{scope.owner}${number}"
    signature = typexprs.signature(ev.types, scope, expr.type_)
    ev.closures.append(Closure(name, scope.owner, ev.file, expr.pos, expr.body.end))
    inner = scope.child(name)
    declare_parameters(inner, expr.type_, signature)
    ev.walk_block(ev, inner, expr.body, signature)
    return value(signature, ClosureValue(name))


def _composite(ev: Evaluator, scope: Scope, expr: go.CompositeLit, hint: Type | None) -> Operand:
    type_ = typexprs.type_of(ev.types, scope, expr.type_) if expr.type_ else hint
    if type_ is None:
        type_ = Unknown("a literal whose type is elided")
    element = behind(type_) if expr.type_ is None else type_
    origin = LiteralValue(ev.file, expr.pos, element)
    form = underlying(ev.types, element)
    elements = [
        _element(ev, scope, element, form, origin, index, part)
        for index, part in enumerate(expr.elements)
    ]
    if isinstance(element, Named) or any(e.operand.text is not None for e in elements):
        ev.composites.append(Composite(origin, methodsets.owner_name(element), tuple(elements)))
    return value(type_, origin)


def _element(  # noqa: PLR0913, PLR0917 - one element of a literal, and the literal
    ev: Evaluator,
    scope: Scope,
    type_: Type,
    form: Type,
    origin: LiteralValue,
    index: int,
    part: go.Expr,
) -> Element:
    inner = part.value if isinstance(part, go.KeyValueExpr) else part
    match form:
        case Struct(fields):
            key = ""
            if isinstance(part, go.KeyValueExpr) and isinstance(part.key, go.Ident):
                key = part.key.name
                ev.types.note(scope, part.key, _member(type_, key))
            named = next((f for f in fields if f.name == key), None)
            if not key and index < len(fields):
                named = fields[index]
            operand = evaluate(ev, scope, inner, named.type_ if named else None)
            if named:
                ev.flow(FieldValue(methodsets.owner_name(type_), named.name), operand, part.pos)
                ev.convert(scope, named.type_, operand, part.pos)
            return Element(named.name if named else "", operand, part.pos)
        case Slice(elem) | Array(elem) | Map(_, elem):
            key_text = None
            if isinstance(part, go.KeyValueExpr):
                key_type = form.key if isinstance(form, Map) else INT
                key_text = evaluate(ev, scope, part.key, key_type).text
            operand = evaluate(ev, scope, inner, elem)
            ev.flow(ElementOf(origin), operand, part.pos, key_text)
            ev.convert(scope, elem, operand, part.pos)
            return Element(str(index), operand, part.pos)
        case _:
            if isinstance(part, go.KeyValueExpr) and not isinstance(part.key, go.Ident):
                evaluate(ev, scope, part.key)
            return Element("", evaluate(ev, scope, inner), part.pos)


# Operators


def _unary(ev: Evaluator, scope: Scope, expr: go.UnaryExpr, hint: Type | None) -> Operand:
    if expr.op == "&":
        inner = behind(hint) if hint else None
        operand = evaluate(ev, scope, expr.x, inner)
        return value(bounded(Pointer(operand.type_)), operand.origin)
    operand = evaluate(ev, scope, expr.x)
    if expr.op == "<-":
        form = underlying(ev.types, operand.type_)
        if isinstance(form, Chan):
            return value(form.elem, element_of(operand.origin))
        return value(form if isinstance(form, Unknown) else Unknown("not a channel"))
    return value(operand.type_)


def _binary(ev: Evaluator, scope: Scope, expr: go.BinaryExpr) -> Operand:
    sums = [expr]
    while isinstance(inner := sums[-1].x, go.BinaryExpr):
        sums.append(inner)
    operand = evaluate(ev, scope, inner)
    for sum_ in reversed(sums):
        operand = operators.combined(ev.types, sum_.op, operand, evaluate(ev, scope, sum_.y))
    return operand


def _index(ev: Evaluator, scope: Scope, expr: go.IndexExpr) -> Operand:
    x = evaluate(ev, scope, expr.x)
    if x.mode == "type":
        return Operand("type", typexprs.type_of(ev.types, scope, expr))
    if isinstance(x.type_, Signature) and x.type_.type_params:
        return _instance(ev, scope, expr, x)
    for index in expr.indices:
        evaluate(ev, scope, index)
    return operators.indexed(ev.types, x)


def _instance(ev: Evaluator, scope: Scope, expr: go.IndexExpr, x: Operand) -> Operand:
    """`f[T]`: a generic function with its type arguments."""
    assert isinstance(x.type_, Signature)
    arguments = [typexprs.type_of(ev.types, scope, i) for i in expr.indices]
    by = dict(zip(x.type_.type_params, arguments, strict=False))
    rest = x.type_.type_params[len(arguments) :]
    signature = replace(generics.substitute_signature(x.type_, by), type_params=rest)
    return replace(x, type_=signature)
