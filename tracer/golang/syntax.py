"""Our own small Go syntax tree, named as in `go/ast`.

Nodes are frozen and compare by identity, so that facts about them live in side tables keyed by node
(as `go/types.Info` does).  Positions are 1-based lines and columns, columns in bytes.
Function bodies are converted when they are first asked for: a path query touches few of them.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec


class Pos(msgspec.Struct, frozen=True, order=True, gc=False):
    """A place in a file."""

    line: int
    col: int


class Node(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Anything with a place."""

    pos: Pos


# Expressions


class Expr(Node, frozen=True):
    """An expression or a type expression: Go's grammar cannot always tell which."""


class BadExpr(Expr, frozen=True):
    """Source that is not Go, or that is not read."""

    reason: str = "not Go"


class Ident(Expr, frozen=True):
    """A name."""

    name: str


class BasicLit(Expr, frozen=True):
    """A literal; `kind` is INT, FLOAT, IMAG, CHAR or STRING; a string's value is unquoted."""

    kind: str
    value: str


class CompositeLit(Expr, frozen=True):
    """`T{…}`; no type where it is elided inside another literal."""

    type_: Expr | None
    elements: tuple[Expr, ...]


class KeyValueExpr(Expr, frozen=True):
    """`key: value` in a composite literal."""

    key: Expr
    value: Expr


class ParenExpr(Expr, frozen=True):
    """`(x)`."""

    x: Expr


class SelectorExpr(Expr, frozen=True):
    """`x.sel`."""

    x: Expr
    sel: Ident


class IndexExpr(Expr, frozen=True):
    """`x[i]`, or an instantiation `x[T, U]`."""

    x: Expr
    indices: tuple[Expr, ...]


class SliceExpr(Expr, frozen=True):
    """`x[low:high:max]`; `bounds` are those given."""

    x: Expr
    bounds: tuple[Expr, ...]


class TypeAssertExpr(Expr, frozen=True):
    """`x.(T)`."""

    x: Expr
    type_: Expr


class CallExpr(Expr, frozen=True):
    """`func(args)`: a call, a conversion or a builtin; `lparen` is where other tools place it."""

    func: Expr
    args: tuple[Expr, ...]
    lparen: Pos
    spread: bool  # the last argument is followed by `...`


class StarExpr(Expr, frozen=True):
    """`*x`: a dereference or a pointer type."""

    x: Expr


class UnaryExpr(Expr, frozen=True):
    """`op x`; `<-x` included."""

    op: str
    x: Expr


class BinaryExpr(Expr, frozen=True):
    """`x op y`."""

    op: str
    x: Expr
    y: Expr


class FuncLit(Expr, frozen=True):
    """A closure: `func(…) {…}`."""

    type_: "FuncType"
    body: "BlockStmt"


# Type expressions


class Field(Node, frozen=True):
    """Names that share a type; no name: an embedded field or an unnamed parameter."""

    names: tuple[Ident, ...]
    type_: Expr


class ArrayType(Expr, frozen=True):
    """`[]T`, `[n]T` or `[...]T`; a slice where `length` is None."""

    length: Expr | None
    elem: Expr


class Ellipsis(Expr, frozen=True):  # noqa: A001 - its name in go/ast
    """`...T` as a parameter's type, `...` as an array's length."""

    elem: Expr | None


class MapType(Expr, frozen=True):
    """`map[K]V`."""

    key: Expr
    value: Expr


class ChanType(Expr, frozen=True):
    """`chan T`."""

    value: Expr


class FuncType(Expr, frozen=True):
    """A signature."""

    type_params: tuple[Field, ...]
    params: tuple[Field, ...]
    results: tuple[Field, ...]


class StructType(Expr, frozen=True):
    """`struct {…}`; embedded fields have no names."""

    fields: tuple[Field, ...]


class InterfaceType(Expr, frozen=True):
    """`interface {…}`: methods have a name and a FuncType; the rest are embedded elements."""

    methods: tuple[Field, ...]
    embeds: tuple[Expr, ...]


class UnionType(Expr, frozen=True):
    """`A | ~B` in a constraint."""

    terms: tuple[Expr, ...]


# Statements


class Stmt(Node, frozen=True):
    """A statement."""


class BlockStmt(Stmt, frozen=True):
    """`{ … }`."""

    statements: tuple[Stmt, ...]
    end: Pos


class ExprStmt(Stmt, frozen=True):
    """An expression on its own."""

    x: Expr


class SendStmt(Stmt, frozen=True):
    """`channel <- value`."""

    channel: Expr
    value: Expr


class AssignStmt(Stmt, frozen=True):
    """`left op right`, `op` being `=`, `:=`, `+=`, …; `x++` is `x += 1` without its right side."""

    left: tuple[Expr, ...]
    op: str
    right: tuple[Expr, ...]


class GoStmt(Stmt, frozen=True):
    """`go call`."""

    call: Expr


class DeferStmt(Stmt, frozen=True):
    """`defer call`."""

    call: Expr


class ReturnStmt(Stmt, frozen=True):
    """`return results`."""

    results: tuple[Expr, ...]


class BranchStmt(Stmt, frozen=True):
    """`break`, `continue`, `goto` or `fallthrough`."""

    keyword: str
    label: str


class IfStmt(Stmt, frozen=True):
    """`if init; cond {…} else …`."""

    init: Stmt | None
    cond: Expr
    body: BlockStmt
    else_: Stmt | None


class CaseClause(Stmt, frozen=True):
    """One case of a switch; no values: the default."""

    values: tuple[Expr, ...]
    body: tuple[Stmt, ...]


class SwitchStmt(Stmt, frozen=True):
    """An expression switch."""

    init: Stmt | None
    tag: Expr | None
    cases: tuple[CaseClause, ...]


class TypeSwitchStmt(Stmt, frozen=True):
    """`switch name := x.(type) {…}`."""

    init: Stmt | None
    name: Ident | None
    x: Expr
    cases: tuple[CaseClause, ...]


class CommClause(Stmt, frozen=True):
    """One case of a select; no statement: the default."""

    comm: Stmt | None
    body: tuple[Stmt, ...]


class SelectStmt(Stmt, frozen=True):
    """`select {…}`."""

    cases: tuple[CommClause, ...]


class ForStmt(Stmt, frozen=True):
    """`for init; cond; post {…}`."""

    init: Stmt | None
    cond: Expr | None
    post: Stmt | None
    body: BlockStmt


class RangeStmt(Stmt, frozen=True):
    """`for left := range x {…}`."""

    left: tuple[Expr, ...]
    defines: bool
    x: Expr
    body: BlockStmt


class LabeledStmt(Stmt, frozen=True):
    """`label: statement`."""

    label: str
    statement: Stmt | None


class DeclStmt(Stmt, frozen=True):
    """Declarations inside a function."""

    specs: tuple["Spec", ...]


# Declarations


class ImportSpec(Node, frozen=True):
    """`import name "path"`; `name` is empty, `.`, `_` or an alias."""

    name: str
    path: str


class ValueSpec(Node, frozen=True):
    """`var` or `const` names; a constant without a value repeats the one above (`iota` counts)."""

    is_const: bool
    names: tuple[Ident, ...]
    type_: Expr | None
    values: tuple[Expr, ...]
    levels: int = 0  # its syntax is at most so deep


class TypeSpec(Node, frozen=True):
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
        self._block: BlockStmt | Callable[[], BlockStmt] = convert
        self.text = text

    @property
    def block(self) -> BlockStmt:
        """The statements."""
        if not isinstance(self._block, BlockStmt):
            self._block = self._block()  # lets go of what they are made from
        return self._block


class FuncDecl(Node, frozen=True):
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


class File(msgspec.Struct, frozen=True, eq=False):
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
    return tuple(f.name for f in msgspec.structs.fields(form) if f.type not in leaves)
