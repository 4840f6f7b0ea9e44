"""The statements of a body one by one, nested ones included, function literals left out."""

from collections.abc import Iterator

from tracer.golang import syntax as go


def statements(block: go.BlockStmt) -> Iterator[go.Stmt]:
    """Yield every statement of a block, outer ones first."""
    pending: list[go.Stmt] = list(reversed(block.statements))
    while pending:
        statement = pending.pop()
        yield statement
        pending.extend(reversed(tuple(_inside(statement))))


def _inside(statement: go.Stmt) -> Iterator[go.Stmt]:
    match statement:
        case go.BlockStmt(statements=inner):
            yield from inner
        case go.IfStmt(init=init, body=body, else_=else_):
            yield from (s for s in (init, body, else_) if s is not None)
        case go.ForStmt(body=body) | go.RangeStmt(body=body):
            yield body
        case go.SwitchStmt(cases=cases) | go.TypeSwitchStmt(cases=cases):
            for case in cases:
                yield from case.body
        case go.SelectStmt(cases=comms):
            for comm in comms:
                if comm.comm is not None:
                    yield comm.comm
                yield from comm.body
        case go.LabeledStmt(statement=labelled) if labelled is not None:
            yield labelled
        case _:
            pass
