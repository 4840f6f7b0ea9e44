"""A call with everything evaluated becomes a `CallSite`: which form it has, whom it calls.

Forms ("kind"), after `go/types` and `ssa`:

    func             a declared function                            pkg.F
    method           a method of a concrete type                    (*pkg.T).M
    method-embedded  the same, reached through an embedded field
    iface            a method of an interface                       (pkg.I).M
    iface-embedded   the same, declared by an embedded interface
    closure          a function literal, called where it stands     parent$1
    funcvalue        any other value of function type
    builtin, conversion, cgo
    unresolved       with the reason
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from tracer.golang import syntax as go
from tracer.golang.packages import Function
from tracer.golang.types import model
from tracer.golang.types.methodsets import Selection, interface_method_id
from tracer.golang.types.model import Named, Signature, Unknown
from tracer.golang.types.operands import (
    Call,
    ClosureValue,
    FunctionValue,
    InterfaceMethod,
    Operand,
    Origin,
)
from tracer.golang.types.typexprs import Types, underlying

STATIC = frozenset({"func", "method", "method-embedded"})
INTERFACE = frozenset({"iface", "iface-embedded"})
DYNAMIC = INTERFACE | {"funcvalue", "closure"}  # whom they call, no declaration says


class CallSite(msgspec.Struct, frozen=True, eq=False, gc=False, array_like=True):
    """One call expression in one caller."""

    caller: str
    file: str
    pos: go.Pos  # of the opening parenthesis
    line: int  # the line people mean: that of the parenthesis, or where a called literal begins
    kind: str
    callee: str  # its declaration in SSA notation; empty where unresolved
    mode: str  # call, go or defer
    nth: int  # of the calls of its body, in run order
    function: Function | None  # the callee's declaration, for static calls
    selection: Selection | None  # for calls of a method
    origin: Origin | None  # where the called value comes from, for funcvalue
    args: tuple[Operand, ...]
    receiver: Operand | None
    reason: str = ""  # why it is unresolved

    @property
    def instance(self) -> str:
        """The callee with the type arguments of its receiver, as `go/types` names it."""
        owner = self.selection.owner if self.selection and self.callee else None
        if isinstance(owner, Named) and owner.arguments:
            return self.callee.replace(f"{owner.declared.id})", f"{model.text(owner)})", 1)
        return self.callee


ROW = ("file", "line", "col", "kind", "callee", "caller")
_ROW = "%s\t%d\t%d\t%s\t%s\t%s\n"


def rows(sites: Iterable[CallSite]) -> dict[str, str]:
    """The lines of a table of call sites, `ROW` separated by tabs, by place: file → lines."""
    found: dict[str, list[tuple[str, int, int, str, str, str]]] = defaultdict(list)
    for each in sites:
        pos = each.pos
        row = (each.file, pos.line, pos.col, each.kind, each.instance, each.caller)
        found[each.file].append(row)
    return {file: "".join([_ROW % row for row in sorted(found[file])]) for file in found}


def site(types: Types, call: Call, nth: int) -> CallSite:
    """Tell the form and callee of the nth call of a body."""
    kind, callee, reason = _classify(types, call)
    func = call.func
    static = func.origin.function if isinstance(func.origin, FunctionValue) else None
    return CallSite(
        call.caller,
        call.file,
        call.expr.lparen,
        call.expr.pos.line if kind == "closure" else call.expr.lparen.line,
        kind,
        callee,
        call.mode,
        nth,
        static if kind in STATIC else None,
        func.selection,
        func.origin if kind in {"funcvalue", "closure"} else None,
        call.args,
        call.receiver,
        reason,
    )


def _classify(types: Types, call: Call) -> tuple[str, str, str]:
    func = call.func
    if func.name.startswith("C."):
        return "cgo", func.name, ""
    if func.mode == "builtin":
        return "builtin", func.name, ""
    if func.mode == "type":
        return "conversion", model.text(func.type_), ""
    match func.origin:
        case FunctionValue(function):
            if not function.receiver:
                return "func", function.id, ""
            promoted = func.selection is not None and func.selection.is_promoted
            return "method-embedded" if promoted else "method", function.id, ""
        case InterfaceMethod(selection) if func.selection is not None:  # else it was converted
            kind = "iface-embedded" if selection.is_promoted else "iface"
            return kind, interface_method_id(selection), ""
        case ClosureValue(name) if isinstance(_unparenthesised(call.expr.func), go.FuncLit):
            return "closure", name, ""
        case _:
            return _dynamic(types, func)


def _dynamic(types: Types, func: Operand) -> tuple[str, str, str]:
    form = underlying(types, func.type_)
    if isinstance(form, Signature):
        return "funcvalue", "", ""
    if isinstance(form, Unknown):
        if form.reason == "cgo":  # a conversion to a C type
            return "cgo", "C", ""
        # A qualified name of a package that is not in the tree: its import names it.
        return ("func", func.name, "") if func.name else ("unresolved", "", form.reason)
    return "unresolved", "", "the called value is not a function"


def _unparenthesised(expr: go.Expr) -> go.Expr:
    while isinstance(expr, go.ParenExpr):
        expr = expr.x
    return expr
