"""Our own small Go syntax tree, named as in `go/ast`.

Nodes are frozen and compare by identity, so that facts about them live in side tables keyed by node
(as `go/types.Info` does).  Positions are 1-based lines and columns, columns in bytes.
Function bodies are converted when they are first asked for: a path query touches few of them.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

import msgspec


class Pos(msgspec.Struct, frozen=True, order=True, gc=False, array_like=True):
    """A place in a file."""

    line: int
    col: int


def tag(form: str) -> int:
    """A small number for a form of struct, by its name: what tells it from others when kept."""
    return crc32(form.encode()) & 0xFFFF


class Node(msgspec.Struct, frozen=True, eq=False, gc=False, array_like=True, tag=tag):
    """Anything with a place."""

    pos: Pos


# Expressions


class ExprNode(Node, frozen=True):
    """An expression or a type expression: Go's grammar cannot always tell which."""


class BadExpr(ExprNode, frozen=True):
    """Source that is not Go, or that is not read."""

    reason: str = "not Go"


class Ident(ExprNode, frozen=True):
    """A name."""

    name: str


class BasicLit(ExprNode, frozen=True):
    """A literal; `kind` is INT, FLOAT, IMAG, CHAR or STRING; a string's value is unquoted."""

    kind: str
    value: str


class CompositeLit(ExprNode, frozen=True):
    """`T{…}`; no type where it is elided inside another literal.

    No elements where they are a long table of numbers, which calls nothing and keeps no function.
    """

    type_: "Expr | None"
    elements: tuple["Expr", ...]


class KeyValueExpr(ExprNode, frozen=True):
    """`key: value` in a composite literal."""

    key: "Expr"
    value: "Expr"


class ParenExpr(ExprNode, frozen=True):
    """`(x)`."""

    x: "Expr"


class SelectorExpr(ExprNode, frozen=True):
    """`x.sel`."""

    x: "Expr"
    sel: Ident


class IndexExpr(ExprNode, frozen=True):
    """`x[i]`, or an instantiation `x[T, U]`."""

    x: "Expr"
    indices: tuple["Expr", ...]


class SliceExpr(ExprNode, frozen=True):
    """`x[low:high:max]`; `bounds` are those given."""

    x: "Expr"
    bounds: tuple["Expr", ...]


class TypeAssertExpr(ExprNode, frozen=True):
    """`x.(T)`."""

    x: "Expr"
    type_: "Expr"


class CallExpr(ExprNode, frozen=True):
    """`func(args)`: a call, a conversion or a builtin; `lparen` is where other tools place it."""

    func: "Expr"
    args: tuple["Expr", ...]
    lparen: Pos
    spread: bool  # the last argument is followed by `...`


class StarExpr(ExprNode, frozen=True):
    """`*x`: a dereference or a pointer type."""

    x: "Expr"


class UnaryExpr(ExprNode, frozen=True):
    """`op x`; `<-x` included."""

    op: str
    x: "Expr"


class BinaryExpr(ExprNode, frozen=True):
    """`x op y`."""

    op: str
    x: "Expr"
    y: "Expr"


class FuncLit(ExprNode, frozen=True):
    """A closure: `func(…) {…}`."""

    type_: "FuncType"
    body: "BlockStmt"


# Type expressions


class Field(Node, frozen=True):
    """Names that share a type; no name: an embedded field or an unnamed parameter."""

    names: tuple[Ident, ...]
    type_: "Expr"


class ArrayType(ExprNode, frozen=True):
    """`[]T`, `[n]T` or `[...]T`; a slice where `length` is None."""

    length: "Expr | None"
    elem: "Expr"


class Ellipsis(ExprNode, frozen=True):  # noqa: A001 - its name in go/ast
    """`...T` as a parameter's type, `...` as an array's length."""

    elem: "Expr | None"


class MapType(ExprNode, frozen=True):
    """`map[K]V`."""

    key: "Expr"
    value: "Expr"


class ChanType(ExprNode, frozen=True):
    """`chan T`."""

    value: "Expr"


class FuncType(ExprNode, frozen=True):
    """A signature."""

    type_params: tuple[Field, ...]
    params: tuple[Field, ...]
    results: tuple[Field, ...]


class StructType(ExprNode, frozen=True):
    """`struct {…}`; embedded fields have no names."""

    fields: tuple[Field, ...]


class InterfaceType(ExprNode, frozen=True):
    """`interface {…}`: methods have a name and a FuncType; the rest are embedded elements."""

    methods: tuple[Field, ...]
    embeds: tuple["Expr", ...]


class UnionType(ExprNode, frozen=True):
    """`A | ~B` in a constraint."""

    terms: tuple["Expr", ...]


# Statements


class StmtNode(Node, frozen=True):
    """A statement."""


class BlockStmt(StmtNode, frozen=True):
    """`{ … }`."""

    statements: tuple["Stmt", ...]
    end: Pos


class ExprStmt(StmtNode, frozen=True):
    """An expression on its own."""

    x: "Expr"


class SendStmt(StmtNode, frozen=True):
    """`channel <- value`."""

    channel: "Expr"
    value: "Expr"


class AssignStmt(StmtNode, frozen=True):
    """`left op right`, `op` being `=`, `:=`, `+=`, …; `x++` is `x += 1` without its right side."""

    left: tuple["Expr", ...]
    op: str
    right: tuple["Expr", ...]


class GoStmt(StmtNode, frozen=True):
    """`go call`."""

    call: "Expr"


class DeferStmt(StmtNode, frozen=True):
    """`defer call`."""

    call: "Expr"


class ReturnStmt(StmtNode, frozen=True):
    """`return results`."""

    results: tuple["Expr", ...]


class BranchStmt(StmtNode, frozen=True):
    """`break`, `continue`, `goto` or `fallthrough`."""

    keyword: str
    label: str


class IfStmt(StmtNode, frozen=True):
    """`if init; cond {…} else …`."""

    init: "Stmt | None"
    cond: "Expr"
    body: BlockStmt
    else_: "Stmt | None"


class CaseClause(StmtNode, frozen=True):
    """One case of a switch; no values: the default."""

    values: tuple["Expr", ...]
    body: tuple["Stmt", ...]


class SwitchStmt(StmtNode, frozen=True):
    """An expression switch."""

    init: "Stmt | None"
    tag: "Expr | None"
    cases: tuple[CaseClause, ...]


class TypeSwitchStmt(StmtNode, frozen=True):
    """`switch name := x.(type) {…}`."""

    init: "Stmt | None"
    name: Ident | None
    x: "Expr"
    cases: tuple[CaseClause, ...]


class CommClause(StmtNode, frozen=True):
    """One case of a select; no statement: the default."""

    comm: "Stmt | None"
    body: tuple["Stmt", ...]


class SelectStmt(StmtNode, frozen=True):
    """`select {…}`."""

    cases: tuple[CommClause, ...]


class ForStmt(StmtNode, frozen=True):
    """`for init; cond; post {…}`."""

    init: "Stmt | None"
    cond: "Expr | None"
    post: "Stmt | None"
    body: BlockStmt


class RangeStmt(StmtNode, frozen=True):
    """`for left := range x {…}`."""

    left: tuple["Expr", ...]
    defines: bool
    x: "Expr"
    body: BlockStmt


class LabeledStmt(StmtNode, frozen=True):
    """`label: statement`."""

    label: str
    statement: "Stmt | None"


class DeclStmt(StmtNode, frozen=True):
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
    type_: "Expr | None"
    values: tuple["Expr", ...]
    end: Pos
    levels: int = 0  # its syntax is at most so deep


class TypeSpec(Node, frozen=True):
    """`type name T`, or an alias `type name = T`; `end` is the last line."""

    name: Ident
    type_params: tuple[Field, ...]
    type_: "Expr"
    is_alias: bool
    end: Pos
    levels: int = 0  # its syntax is at most so deep


Spec = ValueSpec | TypeSpec
Expr = (
    BadExpr
    | Ident
    | BasicLit
    | CompositeLit
    | KeyValueExpr
    | ParenExpr
    | SelectorExpr
    | IndexExpr
    | SliceExpr
    | TypeAssertExpr
    | CallExpr
    | StarExpr
    | UnaryExpr
    | BinaryExpr
    | FuncLit
    | ArrayType
    | Ellipsis
    | MapType
    | ChanType
    | FuncType
    | StructType
    | InterfaceType
    | UnionType
)
Stmt = (
    BlockStmt
    | ExprStmt
    | SendStmt
    | AssignStmt
    | GoStmt
    | DeferStmt
    | ReturnStmt
    | BranchStmt
    | IfStmt
    | CaseClause
    | SwitchStmt
    | TypeSwitchStmt
    | CommClause
    | SelectStmt
    | ForStmt
    | RangeStmt
    | LabeledStmt
    | DeclStmt
)


class Body:
    """A function's body, converted on demand; `text` is its source, braces included.

    `start` is its first byte in the file; `kept` what was written of it earlier (see `keeping`).
    """

    def __init__(
        self, convert: Callable[[], BlockStmt], text: bytes, start: int, kept: bytes = b""
    ) -> None:
        self._block: BlockStmt | Callable[[], BlockStmt] = convert
        self.text = text
        self.start = start
        self.kept = kept

    @property
    def is_asked(self) -> bool:
        """Say whether anybody has asked for the statements."""
        return isinstance(self._block, BlockStmt)

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


class File(msgspec.Struct, frozen=True, eq=False, array_like=True):
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
