"""Where each call of a body stands: in which branches, loops and deferred closures.

Two calls are *sequential* when control can pass both, the first one first: they do not stand in
sibling arms of one branch, and the first one's arm does not leave before the second.
Deferred and spawned calls run beside or after all others, so no arm excludes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from tracer.golang import syntax as go
from tracer.golang.nesting import deep


class Arm(msgspec.Struct, frozen=True):
    """One arm of a branch: an `if`, a `switch` or a `select`, told by its place."""

    branch: go.Pos
    index: int
    leaves: bool  # ends in return, break, continue, goto or panic
    closure: int  # how many function literals it stands in


class Turn(msgspec.Struct, frozen=True):
    """The place of a call in its body."""

    pos: go.Pos
    arms: tuple[Arm, ...] = ()
    loops: tuple[go.Pos, ...] = ()
    deferred: go.Pos | None = None  # the statement that puts it off
    spawned: bool = False
    closures: int = 0


@dataclass(eq=False, repr=False, slots=True)
class _Walk:
    turns: dict[go.Pos, Turn] = field(default_factory=dict)


@deep
def turns(block: go.BlockStmt) -> dict[go.Pos, Turn]:
    """The turn of each call of a body, by the place of its opening parenthesis."""
    walk = _Walk()
    _statements(walk, block.statements, Turn(block.pos))
    return walk.turns


def sequential(first: Turn, second: Turn) -> bool:
    """Say whether control can pass the first call and then the second."""
    if first.pos >= second.pos:
        return False
    if first.deferred or first.spawned or second.deferred or second.spawned:
        return True
    arms = {arm.branch: arm for arm in second.arms}
    for arm in first.arms:
        other = arms.get(arm.branch)
        if other is not None and other.index != arm.index:
            return False
        # A return leaves no more than the function literal that it stands in.
        if other is None and arm.leaves and second.closures >= arm.closure:
            return False
    return True


def leaves(statements: tuple[go.Stmt, ...]) -> bool:
    """Say whether a list of statements ends by leaving."""
    last = statements[-1] if statements else None
    match last:
        case go.ReturnStmt():
            return True
        case go.BranchStmt(keyword=keyword):
            return keyword != "fallthrough"
        case go.ExprStmt(x=go.CallExpr(func=go.Ident(name="panic"))):
            return True
        case go.BlockStmt(statements=inner):
            return leaves(inner)
        case _:
            return False


def _statements(walk: _Walk, statements: tuple[go.Stmt, ...], at: Turn) -> None:
    for statement in statements:
        _statement(walk, statement, at)


def _statement(walk: _Walk, statement: go.Stmt | None, at: Turn) -> None:
    match statement:
        case go.BlockStmt(statements=inner):
            _statements(walk, inner, at)
        case go.LabeledStmt(statement=labelled):
            _statement(walk, labelled, at)
        case go.DeferStmt(call=call):
            _spread(walk, call, at, replace(at, deferred=statement.pos))
        case go.GoStmt(call=call):
            _spread(walk, call, at, replace(at, spawned=True))
        case go.IfStmt(init=init, cond=cond, body=body, else_=else_):
            _statement(walk, init, at)
            _expr(walk, cond, at)
            _statements(walk, body.statements, _arm(at, statement, 0, body.statements))
            if else_ is not None:
                inner = else_.statements if isinstance(else_, go.BlockStmt) else (else_,)
                _statements(walk, inner, _arm(at, statement, 1, inner))
        case go.SwitchStmt(init=init, tag=tag, cases=cases):
            _statement(walk, init, at)
            _expr(walk, tag, at)
            for index, case in enumerate(cases):
                _exprs(walk, case.values, at)
                _statements(walk, case.body, _arm(at, statement, index, case.body))
        case go.TypeSwitchStmt(init=init, x=x, cases=cases):
            _statement(walk, init, at)
            _expr(walk, x, at)
            for index, case in enumerate(cases):
                _statements(walk, case.body, _arm(at, statement, index, case.body))
        case go.SelectStmt(cases=comms):
            for index, comm in enumerate(comms):
                inside = _arm(at, statement, index, comm.body)
                _statement(walk, comm.comm, inside)
                _statements(walk, comm.body, inside)
        case go.ForStmt(init=init, cond=cond, post=post, body=body):
            _statement(walk, init, at)
            inside = replace(at, loops=(*at.loops, statement.pos))
            _expr(walk, cond, inside)
            _statement(walk, post, inside)
            _statements(walk, body.statements, inside)
        case go.RangeStmt(left=left, x=x, body=body):
            _exprs(walk, (*left, x), at)
            inside = replace(at, loops=(*at.loops, statement.pos))
            _statements(walk, body.statements, inside)
        case None:
            pass
        case _:
            _exprs(walk, tuple(_parts(statement)), at)


def _parts(statement: go.Stmt) -> Iterator[go.Expr]:
    """Yield the expressions of a statement that holds no other statement."""
    match statement:
        case go.ExprStmt(x=x):
            yield x
        case go.AssignStmt(left=left, right=right):
            yield from (*left, *right)
        case go.ReturnStmt(results=results):
            yield from results
        case go.SendStmt(channel=channel, value=value):
            yield from (channel, value)
        case go.DeclStmt(specs=specs):
            for spec in specs:
                if isinstance(spec, go.ValueSpec):
                    yield from spec.values
        case _:
            pass


def _arm(at: Turn, branch: go.Stmt, index: int, body: tuple[go.Stmt, ...]) -> Turn:
    arm = Arm(branch.pos, index, leaves(body), at.closures)
    return replace(at, arms=(*at.arms, arm))


def _spread(walk: _Walk, call: go.Expr, at: Turn, later: Turn) -> None:
    """A deferred or spawned call: its operands are evaluated here, it runs later."""
    if not isinstance(call, go.CallExpr):
        _expr(walk, call, later)
        return
    walk.turns[call.lparen] = replace(later, pos=call.lparen)
    _exprs(walk, call.args, at)
    _expr(walk, call.func, later if isinstance(call.func, go.FuncLit) else at)


def _exprs(walk: _Walk, exprs: tuple[go.Expr, ...], at: Turn) -> None:
    for expr in exprs:
        _expr(walk, expr, at)


def _expr(walk: _Walk, expr: go.Expr | None, at: Turn) -> None:
    match expr:
        case go.CallExpr(func=func, args=args):
            _expr(walk, func, at)
            _exprs(walk, args, at)
            walk.turns[expr.lparen] = replace(at, pos=expr.lparen)
        case go.FuncLit(body=body):
            inside = replace(at, closures=at.closures + 1)
            _statements(walk, body.statements, inside)
        case go.CompositeLit(elements=elements):
            _exprs(walk, elements, at)
        case go.KeyValueExpr(key=x, value=y):
            _exprs(walk, (x, y), at)
        case go.BinaryExpr():
            _exprs(walk, go.terms(expr), at)
        case go.IndexExpr(x=x, indices=more) | go.SliceExpr(x=x, bounds=more):
            _exprs(walk, (x, *more), at)
        case (
            go.ParenExpr(x=x)
            | go.SelectorExpr(x=x)
            | go.StarExpr(x=x)
            | go.UnaryExpr(x=x)
            | go.TypeAssertExpr(x=x)
        ):
            _expr(walk, x, at)
        case _:
            pass
