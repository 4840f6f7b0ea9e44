"""An expression in its scope becomes an `Operand`; the calls inside it are noted in run order.

Function literals are walked where they stand: `bodies` hands in how.
Not followed: constant arithmetic (only strings are worth knowing here), unsafe, cgo's C side.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tracer.golang import syntax as go
from tracer.golang.declarations import Function, TypeName, Variable
from tracer.golang.types import generics, methodsets, model, typexprs
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
from tracer.golang.types.scopes import Local, Member, PackageName, Scope, lookup
from tracer.golang.types.typexprs import Types, underlying
from tracer.golang.types.universe import (
    BOOL,
    EMPTY,
    INT,
    LITERALS,
    UNTYPED_BOOL,
    UNTYPED_STRING,
    Builtin,
    default,
)

_VERB = re.compile(r"%[-+# 0-9.*\[\]]*[a-zA-Z]")
_LONG = 10_000  # characters; a longer sum of strings is data, nobody looks anything up by it
_COMPARISONS = {"==", "!=", "<", "<=", ">", ">=", "&&", "||"}


def evaluate(ev: Evaluator, scope: Scope, expr: go.Expr, hint: Type | None = None) -> Operand:
    """Evaluate one expression; `hint` is the type that an elided literal takes."""
    match expr:
        case go.Ident():
            return _ident(ev, scope, expr)
        case go.BasicLit(kind=kind, value=text):
            return value(LITERALS[kind], None, text if kind == "STRING" else None)
        case go.ParenExpr(x=x):
            return evaluate(ev, scope, x, hint)
        case go.SelectorExpr():
            return _selector(ev, scope, expr)
        case go.CallExpr():
            return call(ev, scope, expr)
        case go.FuncLit():
            return _func_lit(ev, scope, expr)
        case go.CompositeLit():
            return _composite(ev, scope, expr, hint)
        case go.StarExpr(x=x):
            return _star(ev, evaluate(ev, scope, x))
        case go.UnaryExpr():
            return _unary(ev, scope, expr, hint)
        case go.BinaryExpr():
            return _binary(ev, scope, expr)
        case go.IndexExpr():
            return _index(ev, scope, expr)
        case go.SliceExpr(x=x, bounds=bounds):
            for bound in bounds:
                evaluate(ev, scope, bound)
            return _sliced(ev, evaluate(ev, scope, x))
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


def values_of(operand: Operand) -> list[Operand]:
    """Take apart the values of a call that has several results, or the one value."""
    if not isinstance(operand.type_, Tuple):
        return [operand]
    origin = operand.origin
    return [
        value(t, replace(origin, index=i) if isinstance(origin, ResultOf | ResultOfValue) else None)
        for i, t in enumerate(operand.type_.types)
    ]


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
    ev.types.note(scope, ident, meaning)
    return _meaning(ev, scope, meaning, name)


def _meaning(ev: Evaluator, scope: Scope, meaning: object, name: str) -> Operand:
    match meaning:
        case Local(type_=type_):
            index = meaning.parameter
            origin: Origin = meaning if index is None else ParameterOf(meaning.owner, index)
            return value(type_, origin, meaning.text)
        case Variable():
            return replace(variable(ev.types, meaning), origin=meaning)
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
    if x.mode == "value" and (callee := _callee(operand)):  # a method value keeps its receiver
        ev.flow(ParameterOf(callee, -1), x, expr.pos)
    return operand


def _selected(ev: Evaluator, scope: Scope, x: Operand, sel: go.Ident) -> Operand:
    if x.mode == "package":
        return _exported(ev, scope, x.name, sel)
    operand = select(ev, x, sel.name)
    if operand.selection is not None:
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
        reason = f"{path} declares no {name}"
        return Operand("value", Unknown(reason), name=f"{path}.{name}")
    ev.types.note(scope, sel, declared)
    return _meaning(ev, scope, declared, name)


def _unsafe(name: str) -> Operand:
    if name == "Pointer":
        return Operand("type", Basic("unsafe.Pointer"))
    return Operand("builtin", Unknown("a builtin"), name=name)


def select(ev: Evaluator, x: Operand, name: str) -> Operand:
    """Evaluate `x.name` for a value or a type x."""
    found = methodsets.select_or_reason(ev.types, x.type_, name)
    if isinstance(found, Unknown):
        return Operand("value", found)
    if found.kind == "field":
        owner = methodsets_owner(found.owner)
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


def methodsets_owner(type_: Type) -> str:
    """The name under which a struct's fields are followed; unnamed structs share none."""
    return type_.declared.id if isinstance(type_, Named) else f"struct#{hash(type_) & 0xFFFFFF:x}"


# Calls


def call(ev: Evaluator, scope: Scope, expr: go.CallExpr, mode: str = "call") -> Operand:
    """Evaluate a call, a conversion or a builtin, and note it."""
    func, receiver = _called(ev, scope, expr.func)
    if func.mode == "builtin":
        return _builtin(ev, scope, expr, func, mode)
    if func.mode == "type":
        operands = tuple([evaluate(ev, scope, a, func.type_) for a in expr.args])
        ev.calls.append(Call(expr, scope.owner, ev.file, func, operands, mode))
        first = operands[0] if operands else unknown("a conversion of nothing")
        ev.convert(scope, func.type_, first, expr.lparen)
        return value(func.type_, first.origin, first.text)
    signature = underlying(ev.types, func.type_)
    params = signature.params if isinstance(signature, Signature) else ()
    given = [
        evaluate(ev, scope, a, params[i] if i < len(params) else None)
        for i, a in enumerate(expr.args)
    ]
    operands = tuple(given)
    if len(operands) == 1:  # f(g()), where g may have several results
        operands = tuple(values_of(operands[0]))
    ev.calls.append(Call(expr, scope.owner, ev.file, func, operands, mode, receiver))
    if not isinstance(signature, Signature):
        reason = signature.reason if isinstance(signature, Unknown) else "not a function"
        return unknown(reason)
    _arguments(ev, expr, func, signature, receiver, operands)
    for index, operand in enumerate(operands):
        ev.convert(scope, _parameter(signature, index, expr.spread), operand, expr.lparen)
    return _result(func, _instantiated(ev, signature, operands), operands)


def _parameter(signature: Signature, index: int, spread: bool) -> Type | None:
    """The type of the parameter that an argument is passed for."""
    last = len(signature.params) - 1
    if signature.variadic and index >= last and not spread:
        gathered = signature.params[last]
        return gathered.elem if isinstance(gathered, Slice) else None
    return signature.params[index] if index <= last else None


def _called(ev: Evaluator, scope: Scope, func: go.Expr) -> tuple[Operand, Operand | None]:
    """What a call calls, and the receiver of a method call; each part is evaluated once."""
    if not isinstance(func, go.SelectorExpr):
        return evaluate(ev, scope, func), None
    x = evaluate(ev, scope, func.x)
    return _selected(ev, scope, x, func.sel), x if x.mode == "value" else None


def _instantiated(ev: Evaluator, signature: Signature, operands: Sequence[Operand]) -> Signature:
    if not signature.type_params:
        return signature
    by = generics.infer(signature, [o.type_ for o in operands], lambda t: underlying(ev.types, t))
    return generics.substitute_signature(signature, by)


def _result(func: Operand, signature: Signature, operands: Sequence[Operand]) -> Operand:
    callee = _callee(func)
    text = _formatted(callee, operands)
    called = func.origin if is_followed(func.origin) else None
    origin = ResultOf(callee, 0) if callee else called and ResultOfValue(called, 0)
    if len(signature.results) == 1:
        return value(signature.results[0], origin, text)
    if not signature.results:
        return Operand("novalue", Tuple(()))
    return value(Tuple(signature.results), origin)


def _callee(func: Operand) -> str:
    match func.origin:
        case FunctionValue(function):
            return function.id
        case ClosureValue(name):
            return name
        case InterfaceMethod(selection):
            return interface_method_id(selection)
        case _:
            return ""


def interface_method_id(selection: methodsets.Selection) -> str:
    """`(import/path.Iface).M`, Iface being the interface that declares M, without its arguments."""
    match selection.owner:
        case Interface():
            owner = "interface"
        case Named(declared):
            owner = declared.id
        case other:
            owner = model.text(other)
    return f"({owner}).{selection.name}"


def _formatted(callee: str, operands: Sequence[Operand]) -> str | None:
    """What `fmt.Sprintf` of a known format gives, `{}` for each verb."""
    if callee == "fmt.Sprintf" and operands and operands[0].text is not None:
        return _VERB.sub("{}", operands[0].text)
    return None


def _arguments(
    ev: Evaluator,
    expr: go.CallExpr,
    func: Operand,
    signature: Signature,
    receiver: Operand | None,
    operands: Sequence[Operand],
) -> None:
    callee = _callee(func)
    if callee and receiver is not None:
        ev.flow(ParameterOf(callee, -1), receiver, expr.lparen)
    # The first argument of a method expression, T.M(x), is the receiver.
    shift = 1 if func.selection is not None and receiver is None else 0
    last = len(signature.params) - 1
    for index, operand in enumerate(operands):
        parameter: Origin
        if callee:
            parameter = ParameterOf(callee, min(index, last) - shift)
        elif func.origin is not None and is_followed(func.origin):
            parameter = ParameterOfValue(func.origin, min(index, last))
        else:
            return
        gathered = signature.variadic and index >= last and not expr.spread
        ev.flow(ElementOf(parameter) if gathered else parameter, operand, expr.lparen)


def _builtin(ev: Evaluator, scope: Scope, expr: go.CallExpr, func: Operand, mode: str) -> Operand:
    operands = tuple([evaluate(ev, scope, a) for a in expr.args])
    ev.calls.append(Call(expr, scope.owner, ev.file, func, operands, mode))
    first = operands[0] if operands else unknown("no argument")
    match func.name:
        case "append":
            for operand in operands[1:]:
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
        case "complex" | "real" | "imag":
            return value(Basic("float64"))
        case "Sizeof" | "Alignof" | "Offsetof":
            return value(Basic("uintptr"))
        case "len" | "cap" | "copy":
            return value(INT)
        case _:
            return Operand("novalue", Tuple(()))


# Literals


def _func_lit(ev: Evaluator, scope: Scope, expr: go.FuncLit) -> Operand:
    number = ev.counts[scope.owner] = ev.counts.get(scope.owner, 0) + 1
    name = f"{scope.owner}${number}"
    signature = typexprs.signature(ev.types, scope, expr.type_)
    ev.closures.append(Closure(name, scope.owner, expr, ev.file))
    inner = scope.child(name)
    declare_parameters(inner, expr.type_, signature)
    ev.walk_block(ev, inner, expr.body, signature)
    return value(signature, ClosureValue(name))


def declare_parameters(scope: Scope, expr: go.FuncType, signature: Signature) -> None:
    """Declare a function's parameters and named results in its scope."""
    for fields, found, is_parameter in (
        (expr.params, signature.params, True),
        (expr.results, signature.results, False),
    ):
        index = 0
        for part in fields:
            for name in part.names:
                local = Local(
                    name.name, found[index], name.pos, scope.owner, index if is_parameter else None
                )
                scope.names[name.name] = local
                index += 1
            index += not part.names


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
        ev.composites.append(Composite(origin, methodsets_owner(element), tuple(elements)))
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
                ev.flow(FieldValue(methodsets_owner(type_), named.name), operand, part.pos)
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


def _star(ev: Evaluator, x: Operand) -> Operand:
    if x.mode == "type":
        return Operand("type", bounded(Pointer(x.type_)))
    form = underlying(ev.types, x.type_)
    if isinstance(form, Pointer):
        return value(form.elem, x.origin)
    return value(form if isinstance(form, Unknown) else Unknown("not a pointer"))


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
        operand = _combined(ev, sum_.op, operand, evaluate(ev, scope, sum_.y))
    return operand


def _combined(ev: Evaluator, op: str, left: Operand, right: Operand) -> Operand:
    if op in _COMPARISONS:
        return value(UNTYPED_BOOL if op not in {"&&", "||"} else BOOL)
    if op in {"<<", ">>"}:
        return value(left.type_)
    untyped = isinstance(left.type_, Basic) and left.type_.name.startswith("untyped")
    type_ = right.type_ if untyped or isinstance(left.type_, Unknown) else left.type_
    if op == "+" and default(underlying(ev.types, type_)) == default(UNTYPED_STRING):
        text = "".join([o.text if o.text is not None else "{}" for o in (left, right)])
        return value(type_, None, text if len(text) < _LONG else None)
    return value(type_)


def _index(ev: Evaluator, scope: Scope, expr: go.IndexExpr) -> Operand:
    x = evaluate(ev, scope, expr.x)
    if x.mode == "type":
        return Operand("type", typexprs.type_of(ev.types, scope, expr))
    if isinstance(x.type_, Signature) and x.type_.type_params:
        return _instance(ev, scope, expr, x)
    for index in expr.indices:
        evaluate(ev, scope, index)
    form = underlying(ev.types, behind(x.type_))
    origin = element_of(x.origin)
    match form:
        case Map(_, elem) | Slice(elem) | Array(elem):
            return value(elem, origin)
        case Pointer(elem):
            below = underlying(ev.types, elem)
            return value(
                below.elem if isinstance(below, Array) else Unknown("not an array"), origin
            )
        case Basic():
            return value(Basic("uint8"))
        case Unknown():
            return value(form)
        case _:
            return unknown("not indexable")


def _instance(ev: Evaluator, scope: Scope, expr: go.IndexExpr, x: Operand) -> Operand:
    """`f[T]`: a generic function with its type arguments."""
    assert isinstance(x.type_, Signature)
    arguments = [typexprs.type_of(ev.types, scope, i) for i in expr.indices]
    by = dict(zip(x.type_.type_params, arguments, strict=False))
    rest = x.type_.type_params[len(arguments) :]
    signature = replace(generics.substitute_signature(x.type_, by), type_params=rest)
    return replace(x, type_=signature)


def _sliced(ev: Evaluator, x: Operand) -> Operand:
    form = underlying(ev.types, behind(x.type_))
    if isinstance(form, Array):
        return value(Slice(form.elem), x.origin)
    return value(default(x.type_), x.origin)
