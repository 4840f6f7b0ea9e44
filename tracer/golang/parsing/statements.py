"""Nodes become statements, and what `const`, `type` and `var` declare, here or in a package."""

from collections.abc import Callable

from tracer.golang import syntax as go
from tracer.golang.nesting import NESTING
from tracer.golang.parsing.expressions import (
    CONVERSIONS,
    expression,
    expression_list,
    field,
    field_list,
    first,
    ident,
    signature,
)
from tracer.golang.parsing.nodes import Tree, descend, end, pos, text_of, too_deep
from tracer.golang.syntax import Pos


def block(node: Tree | None) -> go.BlockStmt:
    """The statements in braces."""
    if node is None:
        return go.BlockStmt(Pos(0, 0), (), Pos(0, 0))
    return go.BlockStmt(pos(node), _statements(node), end(node))


def _statements(node: Tree) -> tuple[go.Stmt, ...]:
    found: list[go.Stmt] = []
    for child in node.named_children:
        if child.type == "statement_list":
            found.extend(_statements(child))
        elif (statement := _statement(child)) is not None:
            found.append(statement)
    return tuple(found)


def _statement(node: Tree) -> go.Stmt | None:
    if (convert := _STATEMENTS.get(node.type)) is not None:
        return convert(node)
    return (
        None
        if node.type in {"comment", "ERROR", "empty_statement"}
        else go.ExprStmt(pos(node), expression(node))
    )


def _optional(node: Tree | None) -> go.Stmt | None:
    return _statement(node) if node is not None else None


def _simple(node: Tree) -> go.Stmt:
    return go.ExprStmt(pos(node), first(node))


def _assign(node: Tree) -> go.Stmt:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    op = text_of(operator) if operator else ":="
    return go.AssignStmt(pos(node), expression_list(left), op, expression_list(right))


def _count(node: Tree) -> go.Stmt:
    return go.AssignStmt(pos(node), (first(node),), "+=", ())


def _send(node: Tree) -> go.Stmt:
    return go.SendStmt(pos(node), field(node, "channel"), field(node, "value"))


def _receive(node: Tree) -> go.Stmt:
    left = node.child_by_field_name("left")
    if left is None:
        return go.ExprStmt(pos(node), field(node, "right"))
    op = ":=" if any(c.type == ":=" for c in node.children) else "="
    return go.AssignStmt(pos(node), expression_list(left), op, (field(node, "right"),))


def _return(node: Tree) -> go.Stmt:
    return go.ReturnStmt(
        pos(node), expression_list(node.named_children[0]) if node.named_children else ()
    )


def _branch(node: Tree) -> go.Stmt:
    label = text_of(node.named_children[0]) if node.named_children else ""
    return go.BranchStmt(pos(node), node.type.removesuffix("_statement"), label)


def _if(node: Tree) -> go.Stmt:
    return go.IfStmt(
        pos(node),
        _optional(node.child_by_field_name("initializer")),
        field(node, "condition"),
        block(node.child_by_field_name("consequence")),
        _optional(node.child_by_field_name("alternative")),
    )


def _switch(node: Tree) -> go.Stmt:
    init, value = node.child_by_field_name("initializer"), node.child_by_field_name("value")
    cases = [_case(c) for c in node.named_children if c.type in {"expression_case", "default_case"}]
    return go.SwitchStmt(
        pos(node), _optional(init), expression(value) if value else None, tuple(cases)
    )


def _type_switch(node: Tree) -> go.Stmt:
    alias = node.child_by_field_name("alias")
    names = expression_list(alias) if alias else ()
    name = names[0] if names and isinstance(names[0], go.Ident) else None
    cases = [_case(c) for c in node.named_children if c.type in {"type_case", "default_case"}]
    init = _optional(node.child_by_field_name("initializer"))
    return go.TypeSwitchStmt(pos(node), init, name, field(node, "value"), tuple(cases))


def _case(node: Tree) -> go.CaseClause:
    values: list[go.Expr] = []
    for value in (*node.children_by_field_name("value"), *node.children_by_field_name("type")):
        values.extend(expression_list(value))
    body = [c for c in node.named_children if c.type == "statement_list"]
    return go.CaseClause(pos(node), tuple(values), _statements(body[0]) if body else ())


def _select(node: Tree) -> go.Stmt:
    cases = []
    for child in node.named_children:
        if child.type in {"communication_case", "default_case"}:
            comm = _optional(child.child_by_field_name("communication"))
            body = [c for c in child.named_children if c.type == "statement_list"]
            cases.append(go.CommClause(pos(child), comm, _statements(body[0]) if body else ()))
    return go.SelectStmt(pos(node), tuple(cases))


def _for(node: Tree) -> go.Stmt:
    body = block(node.child_by_field_name("body"))
    clause = next((c for c in node.named_children if c.type not in {"block", "comment"}), None)
    if clause is None:
        return go.ForStmt(pos(node), None, None, None, body)
    if clause.type == "range_clause":
        left = clause.child_by_field_name("left")
        defines = any(c.type == ":=" for c in clause.children)
        return go.RangeStmt(
            pos(node), expression_list(left) if left else (), defines, field(clause, "right"), body
        )
    if clause.type == "for_clause":
        condition = clause.child_by_field_name("condition")
        return go.ForStmt(
            pos(node),
            _optional(clause.child_by_field_name("initializer")),
            expression(condition) if condition else None,
            _optional(clause.child_by_field_name("update")),
            body,
        )
    return go.ForStmt(pos(node), None, expression(clause), None, body)


def _labeled(node: Tree) -> go.Stmt:
    label = node.child_by_field_name("label")
    rest = [c for c in node.named_children if c.type not in {"label_name", "comment"}]
    return go.LabeledStmt(
        pos(node), text_of(label) if label else "", _optional(rest[0]) if rest else None
    )


# Declarations


def value_specs(node: Tree, cut: list[go.Cut]) -> list[go.ValueSpec]:
    """What `const` or `var` declares."""
    found: list[go.ValueSpec] = []
    previous: tuple[go.Expr | None, tuple[go.Expr, ...]] = (None, ())
    for spec in descend(node, "const_spec", "var_spec"):
        is_const = spec.type == "const_spec"
        names = tuple(ident(n) for n in spec.children_by_field_name("name") if n.is_named)
        type_, value = spec.child_by_field_name("type"), spec.child_by_field_name("value")
        values = [c for c in value.named_children if c.type != "comment"] if value else []
        current = (
            bounded_expression(type_, cut) if type_ else None,
            tuple([bounded_expression(v, cut) for v in values]),
        )
        if is_const and not value and not type_:
            current = previous
        previous = current
        levels = min(spec.descendant_count, NESTING)
        found.append(go.ValueSpec(pos(spec), is_const, names, *current, levels))
    return found


def type_specs(node: Tree, cut: list[go.Cut]) -> list[go.TypeSpec]:
    """What `type` declares."""
    found: list[go.TypeSpec] = []
    for spec in descend(node, "type_spec", "type_alias"):
        name, type_ = spec.child_by_field_name("name"), spec.child_by_field_name("type")
        params = spec.child_by_field_name("type_parameters")
        if name is not None and type_ is not None:
            shallow = params is not None and not too_deep(params)
            made = go.TypeSpec(
                pos(spec),
                ident(name),
                field_list(params) if params and shallow else (),
                bounded_expression(type_, cut),
                spec.type == "type_alias",
                end(spec),
                min(spec.descendant_count, NESTING),
            )
            found.append(made)
    return found


def bounded_expression(node: Tree, cut: list[go.Cut]) -> go.Expr:
    """Convert a type or value of a declaration; one that is nested too deeply is noted as cut."""
    if reason := too_deep(node):
        cut.append(go.Cut(pos(node).line, reason))
        return unresolved(node, reason)
    return expression(node)


def unresolved(node: Tree, reason: str) -> go.Expr:
    """One call that nobody can resolve, in place of all that a piece of syntax may call."""
    return go.CallExpr(pos(node), go.BadExpr(pos(node), reason), (), pos(node), spread=False)


def _func_literal(node: Tree) -> go.Expr:
    return go.FuncLit(pos(node), signature(node), block(node.child_by_field_name("body")))


CONVERSIONS["func_literal"] = _func_literal

_STATEMENTS: dict[str, Callable[[Tree], go.Stmt]] = {
    "block": block,
    "expression_statement": _simple,
    "short_var_declaration": _assign,
    "assignment_statement": _assign,
    "inc_statement": _count,
    "dec_statement": _count,
    "send_statement": _send,
    "receive_statement": _receive,
    "go_statement": lambda n: go.GoStmt(pos(n), first(n)),
    "defer_statement": lambda n: go.DeferStmt(pos(n), first(n)),
    "return_statement": _return,
    "break_statement": _branch,
    "continue_statement": _branch,
    "goto_statement": _branch,
    "fallthrough_statement": _branch,
    "if_statement": _if,
    "expression_switch_statement": _switch,
    "type_switch_statement": _type_switch,
    "select_statement": _select,
    "for_statement": _for,
    "labeled_statement": _labeled,
    "var_declaration": lambda n: go.DeclStmt(pos(n), tuple(value_specs(n, []))),
    "const_declaration": lambda n: go.DeclStmt(pos(n), tuple(value_specs(n, []))),
    "type_declaration": lambda n: go.DeclStmt(pos(n), tuple(type_specs(n, []))),
}
