"""Walk a function's body, binding local names, so that every call in it is evaluated.

Calls come out in the order in which they run: operands before the call, init before condition;
the body of a closure where the closure stands.
"""

from itertools import chain
from typing import assert_never

import msgspec

from tracer.golang import syntax as go
from tracer.golang.nesting import deep
from tracer.golang.packages import FileUnit, Function, TypeName
from tracer.golang.types import expressions, typexprs
from tracer.golang.types.evaluator import Closure, Evaluator
from tracer.golang.types.expressions import evaluate, evaluate_many
from tracer.golang.types.model import (
    Array,
    Basic,
    Chan,
    Map,
    Pointer,
    Signature,
    Slice,
    Type,
    Unknown,
    behind,
)
from tracer.golang.types.operands import (
    Call,
    Composite,
    Conversion,
    Flow,
    LocalValue,
    Operand,
    ResultOf,
    element_of,
    unknown,
    value,
    values_of,
)
from tracer.golang.types.scopes import Local, Scope, declare_parameters, lookup
from tracer.golang.types.typexprs import Types, underlying
from tracer.golang.types.universe import INT, default


class Body(msgspec.Struct, frozen=True, eq=False):
    """What a function's body does: its calls in run order, its values' moves, its closures."""

    calls: tuple[Call, ...]
    carrying: tuple[Flow, ...]  # of values that may carry a function
    moves: tuple[Flow, ...]  # of other values
    closures: tuple[Closure, ...]
    conversions: tuple[Conversion, ...]
    composites: tuple[Composite, ...]


@deep
def walk(types: Types, function: Function) -> Body:
    """Walk the body of a declared function."""
    ev = Evaluator(types, function.file.path, _function)
    scope = typexprs.receiver_scope(types, function).child(function.id)
    signature = typexprs.function_signature(types, function)
    for parameter in signature.type_params:
        scope.names[parameter.name] = parameter
    receiver = function.decl.receiver
    if receiver is not None:
        type_ = typexprs.receiver_type(types, function)
        for name in receiver.names:
            scope.names[name.name] = Local(name.name, type_, name.pos, scope.owner, -1)
    declare_parameters(scope, function.decl.type_, signature)
    if function.decl.body is not None:
        _function(ev, scope, function.decl.body.block, signature)
    return _body(ev)


@deep
def walk_initializers(types: Types, path: str, values: list[tuple[FileUnit, go.ValueSpec]]) -> Body:
    """Walk the values of a package's variables: what Go's package initialiser runs."""
    evaluators: list[Evaluator] = []
    counts: dict[str, int] = {}
    for file, spec in values:
        ev = Evaluator(types, file.path, _function, counts=counts)
        scope = typexprs.file_scope(file, f"{path}.init")
        type_ = typexprs.type_of(types, scope, spec.type_) if spec.type_ else None
        if len(spec.values) == len(spec.names):
            operands = [evaluate(ev, scope, v, type_) for v in spec.values]
        else:
            operands = evaluate_many(ev, scope, spec.values, len(spec.names)) if spec.values else []
        for name, operand in zip(spec.names, operands, strict=False):
            ev.flow(expressions.evaluate(ev, scope, name).origin, operand, name.pos)
            ev.convert(scope, type_, operand, name.pos)
        evaluators.append(ev)
    return _body(*evaluators)


def _body(*evaluators: Evaluator) -> Body:
    return Body(
        tuple(chain.from_iterable([ev.calls for ev in evaluators])),
        tuple(chain.from_iterable([ev.carrying for ev in evaluators])),
        tuple(chain.from_iterable([ev.moves for ev in evaluators])),
        tuple(chain.from_iterable([ev.closures for ev in evaluators])),
        tuple(chain.from_iterable([ev.conversions for ev in evaluators])),
        tuple(chain.from_iterable([ev.composites for ev in evaluators])),
    )


def _function(ev: Evaluator, scope: Scope, block: go.BlockStmt, signature: Signature) -> None:
    """Walk the block of a function or closure, whose parameters and results are in the scope."""
    ev.signatures[scope.owner] = signature
    declared = [local for local in scope.names.values() if isinstance(local, Local)]
    results = [local for local in declared if local.parameter is None]
    if len(results) == len(signature.results):  # named: what they hold at the end is given
        for nth, local in enumerate(results):
            held = value(local.type_, LocalValue(local.owner, local.name, local.pos))
            ev.flow(ResultOf(scope.owner, nth), held, local.pos)
    _block(ev, scope.child(), block.statements)


def _block(ev: Evaluator, scope: Scope, statements: tuple[go.Stmt, ...]) -> None:
    for statement in statements:
        _statement(ev, scope, statement)


def _statement(ev: Evaluator, scope: Scope, statement: go.Stmt) -> None:  # noqa: C901, PLR0912 - one case per form
    match statement:  # the commonest first
        case go.AssignStmt():
            _assign(ev, scope, statement)
        case go.ExprStmt(x=x):
            evaluate(ev, scope, x)
        case go.IfStmt():
            _if(ev, scope.child(), statement)
        case go.ReturnStmt(results=results):
            _return(ev, scope, results, statement.pos)
        case go.DeclStmt(specs=specs):
            for spec in specs:
                _spec(ev, scope, spec)
        case go.BlockStmt(statements=statements):
            _block(ev, scope.child(), statements)
        case go.ForStmt():
            _for(ev, scope.child(), statement)
        case go.RangeStmt():
            _range(ev, scope.child(), statement)
        case go.SwitchStmt():
            _switch(ev, scope.child(), statement)
        case go.TypeSwitchStmt():
            _type_switch(ev, scope.child(), statement)
        case go.SelectStmt(cases=cases):
            for case in cases:
                inner = scope.child()
                if case.comm is not None:
                    _statement(ev, inner, case.comm)
                _block(ev, inner, case.body)
        case go.GoStmt(call=call) | go.DeferStmt(call=call):
            mode = "go" if isinstance(statement, go.GoStmt) else "defer"
            if isinstance(call, go.CallExpr):
                expressions.call(ev, scope, call, mode)
            else:
                evaluate(ev, scope, call)
        case go.SendStmt(channel=channel, value=sent):
            target = evaluate(ev, scope, channel)
            operand = evaluate(ev, scope, sent)
            ev.flow(element_of(target.origin), operand, statement.pos)
            form = underlying(ev.types, target.type_)
            ev.convert(scope, form.elem if isinstance(form, Chan) else None, operand, statement.pos)
        case go.LabeledStmt(statement=inner_statement):
            if inner_statement is not None:
                _statement(ev, scope, inner_statement)
        case _:
            pass


# Assignments and declarations


def _assign(ev: Evaluator, scope: Scope, statement: go.AssignStmt) -> None:
    left = statement.left
    if not statement.right:  # x++
        evaluate(ev, scope, left[0])
        return
    operands = evaluate_many(ev, scope, statement.right, len(left))
    for place, operand in zip(left, operands, strict=True):
        if statement.op == ":=" and isinstance(place, go.Ident) and place.name not in scope.names:
            _define(ev, scope, place, operand)
        else:
            _store(ev, scope, place, operand, statement.op)


def _define(
    ev: Evaluator, scope: Scope, name: go.Ident, operand: Operand, clause: go.Pos | None = None
) -> None:
    """Declare a variable, in a type switch one for each clause."""
    if name.name != "_":
        _declare(ev, scope, name, clause or name.pos, default(operand.type_), operand)


def _declare(
    ev: Evaluator, scope: Scope, name: go.Ident, pos: go.Pos, type_: Type, operand: Operand
) -> None:
    scope.names[name.name] = Local(name.name, type_, pos, scope.owner, None, operand.text)
    ev.flow(LocalValue(scope.owner, name.name, pos), operand, name.pos)


def _store(ev: Evaluator, scope: Scope, place: go.Expr, operand: Operand, op: str) -> None:
    if isinstance(place, go.Ident) and place.name == "_":
        return
    target = evaluate(ev, scope, place)
    key = None
    if isinstance(place, go.IndexExpr):
        key = evaluate(Evaluator(ev.types, ev.file, _function), scope, place.indices[0]).text
    if isinstance(place, go.Ident) and isinstance(target.origin, LocalValue):
        _rewrite(lookup(ev.types.program, scope, place.name), op)
    ev.flow(target.origin, operand, place.pos, key)
    ev.convert(scope, target.type_, operand, place.pos)


def _rewrite(local: object, op: str) -> None:
    """Keep what is known of a string that is assigned again: appending keeps its beginning."""
    assert isinstance(local, Local)
    if op == "+=" and local.text is not None:
        local.text = local.text.removesuffix("{}") + "{}"
    else:
        local.text = None


def _spec(ev: Evaluator, scope: Scope, spec: go.Spec) -> None:
    match spec:
        case go.TypeSpec():
            declared = TypeName(scope.file, spec, spec.name.name, scope)
            scope.names[spec.name.name] = declared
            ev.types.locals.append(declared)
        case go.ValueSpec():
            type_ = typexprs.type_of(ev.types, scope, spec.type_) if spec.type_ else None
            operands: list[Operand]
            if len(spec.values) == len(spec.names):
                operands = [evaluate(ev, scope, v, type_) for v in spec.values]
            elif spec.values:
                operands = evaluate_many(ev, scope, spec.values, len(spec.names))
            else:
                operands = [unknown("no value")] * len(spec.names)
            for name, operand in zip(spec.names, operands, strict=True):
                _declare(ev, scope, name, name.pos, type_ or default(operand.type_), operand)
                ev.convert(scope, type_, operand, name.pos)
        case _:
            assert_never(spec)


def _return(ev: Evaluator, scope: Scope, results: tuple[go.Expr, ...], pos: go.Pos) -> None:
    signature = ev.signatures.get(scope.owner)
    wanted = signature.results if signature else ()
    for index, result in enumerate(results):
        operand = evaluate(ev, scope, result)
        ev.flow(ResultOf(scope.owner, index), operand, pos)
        values = values_of(operand) if len(results) == 1 else [operand]
        for target, returned in zip(wanted[index:], values, strict=False):
            ev.convert(scope, target, returned, pos)


# Branches and loops


def _if(ev: Evaluator, scope: Scope, statement: go.IfStmt) -> None:
    if statement.init is not None:
        _statement(ev, scope, statement.init)
    evaluate(ev, scope, statement.cond)
    _block(ev, scope.child(), statement.body.statements)
    if statement.else_ is not None:
        _statement(ev, scope, statement.else_)


def _for(ev: Evaluator, scope: Scope, statement: go.ForStmt) -> None:
    if statement.init is not None:
        _statement(ev, scope, statement.init)
    if statement.cond is not None:
        evaluate(ev, scope, statement.cond)
    _block(ev, scope.child(), statement.body.statements)
    if statement.post is not None:
        _statement(ev, scope, statement.post)


def _range(ev: Evaluator, scope: Scope, statement: go.RangeStmt) -> None:
    x = evaluate(ev, scope, statement.x)
    if isinstance(underlying(ev.types, x.type_), Signature):  # it is called, and calls the body
        at = statement.x.pos
        called = go.CallExpr(at, statement.x, (), at, spread=False)
        ev.calls.append(Call(called, scope.owner, ev.file, x, (), "call"))
    element = element_of(x.origin)
    key, elem = _ranged(ev.types, x.type_)
    for place, type_, origin in zip(statement.left, (key, elem), (None, element), strict=False):
        operand = value(type_, origin)
        if statement.defines and isinstance(place, go.Ident):
            _define(ev, scope, place, operand)
        else:
            _store(ev, scope, place, operand, "=")
    _block(ev, scope.child(), statement.body.statements)


def _ranged(types: Types, type_: Type) -> tuple[Type, Type]:
    """The types of a range's two variables: https://go.dev/ref/spec#For_range."""
    form = underlying(types, type_)
    if isinstance(form, Pointer):
        form = underlying(types, behind(form))
    match form:
        case Slice(elem) | Array(elem):
            return INT, elem
        case Map(key, elem):
            return key, elem
        case Chan(elem):
            return elem, Unknown("a channel gives one value")
        case Basic(name) if "string" in name:
            return INT, Basic("int32")
        case Basic():
            return default(type_), Unknown("a count gives one value")
        case Signature(params=(Signature(params=params),)):
            first, second, *_ = (*params, Unknown("no such value"), Unknown("no such value"))
            return first, second
        case Unknown():
            return form, form
        case _:
            return Unknown("not a range"), Unknown("not a range")


def _switch(ev: Evaluator, scope: Scope, statement: go.SwitchStmt) -> None:
    if statement.init is not None:
        _statement(ev, scope, statement.init)
    if statement.tag is not None:
        evaluate(ev, scope, statement.tag)
    for case in statement.cases:
        for expr in case.values:
            evaluate(ev, scope, expr)
        _block(ev, scope.child(), case.body)


def _type_switch(ev: Evaluator, scope: Scope, statement: go.TypeSwitchStmt) -> None:
    if statement.init is not None:
        _statement(ev, scope, statement.init)
    x = evaluate(ev, scope, statement.x)
    for case in statement.cases:
        inner = scope.child()
        for expr in case.values:
            ev.ask(scope, x, typexprs.type_of(ev.types, scope, expr), expr.pos)
        if statement.name is not None:
            single = len(case.values) == 1 and not (
                isinstance(case.values[0], go.Ident) and case.values[0].name == "nil"
            )
            type_ = typexprs.type_of(ev.types, scope, case.values[0]) if single else x.type_
            _define(ev, inner, statement.name, value(type_, x.origin), case.pos)
        _block(ev, inner, case.body)
