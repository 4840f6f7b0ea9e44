"""Our own small Go syntax tree, named as in `go/ast`.

Nodes are frozen and compare by identity, so that facts about them live in side tables keyed by node
(as `go/types.Info` does).  Positions are 1-based lines and columns, columns in bytes.
Function bodies are converted when they are first asked for: a path query touches few of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache, cached_property
from typing import Any, NamedTuple

from tracer.golang.frozen import distinct


class Pos(NamedTuple):
    """A place in a file."""

    line: int
    col: int


@distinct
class Node:
    """Anything with a place."""

    pos: Pos


# Expressions


@distinct
class Expr(Node):
    """An expression or a type expression: Go's grammar cannot always tell which."""


@distinct
class BadExpr(Expr):
    """Source that is not Go, or that is not read."""

    reason: str = "not Go"


@distinct
class Ident(Expr):
    """A name."""

    name: str


@distinct
class BasicLit(Expr):
    """A literal; `kind` is INT, FLOAT, IMAG, CHAR or STRING; a string's value is unquoted."""

    kind: str
    value: str


@distinct
class CompositeLit(Expr):
    """`T{…}`; no type where it is elided inside another literal."""

    type_: Expr | None
    elements: tuple[Expr, ...]


@distinct
class KeyValueExpr(Expr):
    """`key: value` in a composite literal."""

    key: Expr
    value: Expr


@distinct
class ParenExpr(Expr):
    """`(x)`."""

    x: Expr


@distinct
class SelectorExpr(Expr):
    """`x.sel`."""

    x: Expr
    sel: Ident


@distinct
class IndexExpr(Expr):
    """`x[i]`, or an instantiation `x[T, U]`."""

    x: Expr
    indices: tuple[Expr, ...]


@distinct
class SliceExpr(Expr):
    """`x[low:high:max]`; `bounds` are those given."""

    x: Expr
    bounds: tuple[Expr, ...]


@distinct
class TypeAssertExpr(Expr):
    """`x.(T)`."""

    x: Expr
    type_: Expr


@distinct
class CallExpr(Expr):
    """`func(args)`: a call, a conversion or a builtin; `lparen` is where other tools place it."""

    func: Expr
    args: tuple[Expr, ...]
    lparen: Pos
    spread: bool  # the last argument is followed by `...`


@distinct
class StarExpr(Expr):
    """`*x`: a dereference or a pointer type."""

    x: Expr


@distinct
class UnaryExpr(Expr):
    """`op x`; `<-x` included."""

    op: str
    x: Expr


@distinct
class BinaryExpr(Expr):
    """`x op y`."""

    op: str
    x: Expr
    y: Expr


@distinct
class FuncLit(Expr):
    """A closure: `func(…) {…}`."""

    type_: "FuncType"
    body: "BlockStmt"


# Type expressions


@distinct
class Field(Node):
    """Names that share a type; no name: an embedded field or an unnamed parameter."""

    names: tuple[Ident, ...]
    type_: Expr


@distinct
class ArrayType(Expr):
    """`[]T`, `[n]T` or `[...]T`; a slice where `length` is None."""

    length: Expr | None
    elem: Expr


@distinct
class Ellipsis(Expr):  # noqa: A001 - its name in go/ast
    """`...T` as a parameter's type, `...` as an array's length."""

    elem: Expr | None


@distinct
class MapType(Expr):
    """`map[K]V`."""

    key: Expr
    value: Expr


@distinct
class ChanType(Expr):
    """`chan T`."""

    value: Expr


@distinct
class FuncType(Expr):
    """A signature."""

    type_params: tuple[Field, ...]
    params: tuple[Field, ...]
    results: tuple[Field, ...]


@distinct
class StructType(Expr):
    """`struct {…}`; embedded fields have no names."""

    fields: tuple[Field, ...]


@distinct
class InterfaceType(Expr):
    """`interface {…}`: methods have a name and a FuncType; the rest are embedded elements."""

    methods: tuple[Field, ...]
    embeds: tuple[Expr, ...]


@distinct
class UnionType(Expr):
    """`A | ~B` in a constraint."""

    terms: tuple[Expr, ...]


# Statements


@distinct
class Stmt(Node):
    """A statement."""


@distinct
class BlockStmt(Stmt):
    """`{ … }`."""

    statements: tuple[Stmt, ...]
    end: Pos


@distinct
class ExprStmt(Stmt):
    """An expression on its own."""

    x: Expr


@distinct
class SendStmt(Stmt):
    """`channel <- value`."""

    channel: Expr
    value: Expr


@distinct
class AssignStmt(Stmt):
    """`left op right`, `op` being `=`, `:=`, `+=`, …; `x++` is `x += 1` without its right side."""

    left: tuple[Expr, ...]
    op: str
    right: tuple[Expr, ...]


@distinct
class GoStmt(Stmt):
    """`go call`."""

    call: Expr


@distinct
class DeferStmt(Stmt):
    """`defer call`."""

    call: Expr


@distinct
class ReturnStmt(Stmt):
    """`return results`."""

    results: tuple[Expr, ...]


@distinct
class BranchStmt(Stmt):
    """`break`, `continue`, `goto` or `fallthrough`."""

    keyword: str
    label: str


@distinct
class IfStmt(Stmt):
    """`if init; cond {…} else …`."""

    init: Stmt | None
    cond: Expr
    body: BlockStmt
    else_: Stmt | None


@distinct
class CaseClause(Stmt):
    """One case of a switch; no values: the default."""

    values: tuple[Expr, ...]
    body: tuple[Stmt, ...]


@distinct
class SwitchStmt(Stmt):
    """An expression switch."""

    init: Stmt | None
    tag: Expr | None
    cases: tuple[CaseClause, ...]


@distinct
class TypeSwitchStmt(Stmt):
    """`switch name := x.(type) {…}`."""

    init: Stmt | None
    name: Ident | None
    x: Expr
    cases: tuple[CaseClause, ...]


@distinct
class CommClause(Stmt):
    """One case of a select; no statement: the default."""

    comm: Stmt | None
    body: tuple[Stmt, ...]


@distinct
class SelectStmt(Stmt):
    """`select {…}`."""

    cases: tuple[CommClause, ...]


@distinct
class ForStmt(Stmt):
    """`for init; cond; post {…}`."""

    init: Stmt | None
    cond: Expr | None
    post: Stmt | None
    body: BlockStmt


@distinct
class RangeStmt(Stmt):
    """`for left := range x {…}`."""

    left: tuple[Expr, ...]
    defines: bool
    x: Expr
    body: BlockStmt


@distinct
class LabeledStmt(Stmt):
    """`label: statement`."""

    label: str
    statement: Stmt | None


@distinct
class DeclStmt(Stmt):
    """Declarations inside a function."""

    specs: tuple["Spec", ...]


# Declarations


@distinct
class ImportSpec(Node):
    """`import name "path"`; `name` is empty, `.`, `_` or an alias."""

    name: str
    path: str


@distinct
class ValueSpec(Node):
    """`var` or `const` names; a constant without a value repeats the one above (`iota` counts)."""

    is_const: bool
    names: tuple[Ident, ...]
    type_: Expr | None
    values: tuple[Expr, ...]
    levels: int = 0  # its syntax is at most so deep


@distinct
class TypeSpec(Node):
    """`type name T`, or an alias `type name = T`; `end` is the last line."""

    name: Ident
    type_params: tuple[Field, ...]
    type_: Expr
    is_alias: bool
    end: Pos
    levels: int = 0  # its syntax is at most so deep


Spec = ValueSpec | TypeSpec


class Body:
    """A function's body, converted on demand; `text` is its source, braces included."""

    def __init__(self, convert: Callable[[], BlockStmt], text: bytes) -> None:
        self._convert: Callable[[], BlockStmt] | None = convert
        self.text = text

    @cached_property
    def block(self) -> BlockStmt:
        """The statements."""
        assert self._convert is not None
        block = self._convert()
        self._convert = None  # lets go of what they are made from
        return block


@distinct
class FuncDecl(Node):
    """A function or method; `pos` is that of its name, `start` that of the word `func`."""

    name: Ident
    receiver: Field | None
    type_: FuncType
    body: Body | None
    start: Pos
    end: Pos


class Cut(NamedTuple):
    """Something that is nested too deeply to be read."""

    line: int
    reason: str


@distinct
class File:
    """One parsed file."""

    path: str
    package: str
    imports: tuple[ImportSpec, ...]
    values: tuple[ValueSpec, ...]
    types: tuple[TypeSpec, ...]
    functions: tuple[FuncDecl, ...]
    errors: tuple[int, ...]  # lines that are not Go
    cut: tuple[Cut, ...] = ()


def terms(expr: BinaryExpr) -> tuple[Expr, ...]:
    """The operands of `x + y + z`, left to right: sums get long, and are no nest."""
    found = [expr.y]
    while isinstance(expr.x, BinaryExpr):
        expr = expr.x
        found.append(expr.y)
    return (expr.x, *reversed(found))


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in no particular order; but no body of a declaration."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        form: Any = type(current)
        for name in _parts(form):
            part = getattr(current, name)
            if isinstance(part, Node):
                pending.append(part)
            elif part is not None:
                pending.extend(part)


@cache
def _parts(form: Any) -> tuple[str, ...]:
    """The fields of a form of node that hold nodes: all but its places, names and flags."""
    leaves = {Pos, str, bool, int, Body | None}
    return tuple(f.name for f in fields(form) if f.type not in leaves)
