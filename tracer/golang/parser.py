"""Text becomes syntax: tree-sitter's nodes become Go's.

Error-tolerant: what is not Go becomes a `BadExpr` or is left out, with its line in `File.errors`.
What is nested deeper than `NESTING` is not converted at all: everything above recurses over syntax.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial

from tracer.golang import syntax as go
from tracer.golang.literals import is_table, unquote
from tracer.golang.nesting import NESTING, deep
from tracer.golang.source import SourceFile, visible
from tracer.golang.syntax import Pos
from tracer.golang.treesitter import Node, descend, end, errors, pos, text, too_deep, tree


@deep
def parse(source: SourceFile) -> go.File:
    """Parse one file; bodies stay unconverted until they are asked for."""
    root = tree(source.content)
    package = next(
        (c for n in root.named_children if n.type == "package_clause" for c in n.named_children),
        None,
    )
    cut: list[go.Cut] = []
    values: list[go.ValueSpec] = []
    types: list[go.TypeSpec] = []
    functions: list[go.FuncDecl] = []
    imports: list[go.ImportSpec] = []
    for node in root.named_children:
        match node.type:
            case "import_declaration":
                imports.extend(_imports(node))
            case "var_declaration" | "const_declaration":
                values.extend(_values(node, cut))
            case "type_declaration":
                types.extend(_types(node, cut))
            case "function_declaration" | "method_declaration":
                functions.extend(_functions(node, cut))
            case _:
                pass
    wrong = tuple(sorted(set(errors(root)))) if root.has_error else ()
    name = text(package) if package else ""
    return go.File(
        source.path,
        name,
        tuple(imports),
        tuple(values),
        tuple(types),
        tuple(functions),
        wrong,
        tuple(cut),
    )


@deep
def body(source: SourceFile, start: int, end: int) -> go.BlockStmt:
    """Parse the one body that stands between two bytes of a file."""
    node = _root(source.content).descendant_for_byte_range(start, end)
    while node is not None and node.type != "block":
        node = node.parent
    return _body(node, [])() if node is not None else go.BlockStmt(Pos(0, 0), (), Pos(0, 0))


@lru_cache(maxsize=256)  # one file's bodies are asked for one after the other
def _root(content: bytes) -> Node:
    return tree(content)


# What is nested too deeply


def _shallow(node: Node, cut: list[go.Cut]) -> go.Expr:
    """Convert a type or value of a declaration; one that is nested too deeply is noted as cut."""
    if reason := too_deep(node):
        cut.append(go.Cut(pos(node).line, reason))
        return _unresolved(node, reason)
    return _expr(node)


def _unresolved(node: Node, reason: str) -> go.Expr:
    """One call that nobody can resolve, in place of all that a piece of syntax may call."""
    return go.CallExpr(pos(node), go.BadExpr(pos(node), reason), (), pos(node), spread=False)


# Declarations


def _imports(node: Node) -> Iterator[go.ImportSpec]:
    for spec in descend(node, "import_spec"):
        name, path = spec.child_by_field_name("name"), spec.child_by_field_name("path")
        if path is not None:
            yield go.ImportSpec(pos(spec), text(name) if name else "", unquote(text(path)))


def _values(node: Node, cut: list[go.Cut]) -> list[go.ValueSpec]:
    found: list[go.ValueSpec] = []
    previous: tuple[go.Expr | None, tuple[go.Expr, ...]] = (None, ())
    for spec in descend(node, "const_spec", "var_spec"):
        is_const = spec.type == "const_spec"
        names = tuple(_ident(n) for n in spec.children_by_field_name("name") if n.is_named)
        type_, value = spec.child_by_field_name("type"), spec.child_by_field_name("value")
        values = [c for c in value.named_children if c.type != "comment"] if value else []
        current = (
            _shallow(type_, cut) if type_ else None,
            tuple([_shallow(v, cut) for v in values]),
        )
        if is_const and not value and not type_:
            current = previous
        previous = current
        levels = min(spec.descendant_count, NESTING)
        found.append(go.ValueSpec(pos(spec), is_const, names, *current, end(spec), levels))
    return found


def _types(node: Node, cut: list[go.Cut]) -> list[go.TypeSpec]:
    found: list[go.TypeSpec] = []
    for spec in descend(node, "type_spec", "type_alias"):
        name, type_ = spec.child_by_field_name("name"), spec.child_by_field_name("type")
        params = spec.child_by_field_name("type_parameters")
        if name is not None and type_ is not None:
            shallow = params is not None and not too_deep(params)
            made = go.TypeSpec(
                pos(spec),
                _ident(name),
                _fields(params) if params and shallow else (),
                _shallow(type_, cut),
                spec.type == "type_alias",
                end(spec),
                min(spec.descendant_count, NESTING),
            )
            found.append(made)
    return found


def _functions(node: Node, cut: list[go.Cut]) -> Iterator[go.FuncDecl]:
    """The function that a node declares; none where its signature is nested too deeply."""
    for child in node.children:
        if child.type != "block" and (reason := too_deep(child)):
            cut.append(go.Cut(pos(node).line, reason))
            return
    yield _function(node, cut)


def _function(node: Node, cut: list[go.Cut]) -> go.FuncDecl:
    name = node.child_by_field_name("name")
    receiver = node.child_by_field_name("receiver")
    body = node.child_by_field_name("body")
    fields = _fields(receiver) if receiver else ()
    lazy = go.Body(_body(body, cut), body.text or b"", body.start_byte) if body else None
    return go.FuncDecl(
        pos(name or node),
        _ident(name) if name else go.Ident(pos(node), "_"),
        fields[0] if fields else None,
        _signature(node),
        lazy,
        pos(node),
        end(node),
    )


def _body(node: Node, cut: list[go.Cut]) -> Callable[[], go.BlockStmt]:
    """How to convert a body; one that is nested too deeply becomes one unresolved call."""
    if reason := too_deep(node):
        cut.append(go.Cut(pos(node).line, reason))
        call = go.ExprStmt(pos(node), _unresolved(node, reason))
        return lambda: go.BlockStmt(pos(node), (call,), end(node))
    return partial(_whole, node)


@deep
def _whole(node: Node) -> go.BlockStmt:
    return _block(node)


def _signature(node: Node) -> go.FuncType:
    type_params = node.child_by_field_name("type_parameters")
    params = node.child_by_field_name("parameters")
    result = node.child_by_field_name("result")
    results: tuple[go.Field, ...] = ()
    if result is not None:
        is_list = result.type == "parameter_list"
        results = _fields(result) if is_list else (go.Field(pos(result), (), _expr(result)),)
    return go.FuncType(
        pos(node),
        _fields(type_params) if type_params else (),
        _fields(params) if params else (),
        results,
    )


def _fields(node: Node) -> tuple[go.Field, ...]:
    """Parameters, type parameters, struct fields."""
    fields: list[go.Field] = []
    for child in node.named_children:
        type_ = child.child_by_field_name("type")
        if type_ is None:
            continue
        names = tuple(_ident(n) for n in child.children_by_field_name("name"))
        expression = _expr(type_)
        if child.type == "variadic_parameter_declaration":
            expression = go.Ellipsis(pos(child), expression)
        if child.type == "field_declaration" and child.children and child.children[0].type == "*":
            expression = go.StarExpr(pos(child), expression)
        fields.append(go.Field(pos(child), names, expression))
    return tuple(fields)


# Statements


def _block(node: Node | None) -> go.BlockStmt:
    if node is None:
        return go.BlockStmt(Pos(0, 0), (), Pos(0, 0))
    return go.BlockStmt(pos(node), _statements(node), end(node))


def _statements(node: Node) -> tuple[go.Stmt, ...]:
    found: list[go.Stmt] = []
    for child in node.named_children:
        if child.type == "statement_list":
            found.extend(_statements(child))
        elif (statement := _statement(child)) is not None:
            found.append(statement)
    return tuple(found)


def _statement(node: Node) -> go.Stmt | None:
    if (convert := _STATEMENTS.get(node.type)) is not None:
        return convert(node)
    return (
        None
        if node.type in {"comment", "ERROR", "empty_statement"}
        else go.ExprStmt(pos(node), _expr(node))
    )


def _optional(node: Node | None) -> go.Stmt | None:
    return _statement(node) if node is not None else None


def _assign(node: Node) -> go.Stmt:
    left = _list(node.child_by_field_name("left"))
    operator = node.child_by_field_name("operator")
    op = text(operator) if operator else ":="
    right = _list(node.child_by_field_name("right"))
    return go.AssignStmt(left[0].pos if left else pos(node), left, op, right)


def _count(node: Node) -> go.Stmt:
    return go.AssignStmt(pos(node), (_first(node),), "+=", ())


def _send(node: Node) -> go.Stmt:
    return go.SendStmt(pos(node), _field(node, "channel"), _field(node, "value"))


def _receive(node: Node) -> go.Stmt:
    left = node.child_by_field_name("left")
    if left is None:
        return go.ExprStmt(pos(node), _field(node, "right"))
    op = ":=" if any(c.type == ":=" for c in node.children) else "="
    return go.AssignStmt(pos(node), _list(left), op, (_field(node, "right"),))


def _return(node: Node) -> go.Stmt:
    return go.ReturnStmt(pos(node), _list(node.named_children[0]) if node.named_children else ())


def _branch(node: Node) -> go.Stmt:
    label = text(node.named_children[0]) if node.named_children else ""
    return go.BranchStmt(pos(node), node.type.removesuffix("_statement"), label)


def _if(node: Node) -> go.Stmt:
    return go.IfStmt(
        pos(node),
        _optional(node.child_by_field_name("initializer")),
        _field(node, "condition"),
        _block(node.child_by_field_name("consequence")),
        _optional(node.child_by_field_name("alternative")),
    )


def _switch(node: Node) -> go.Stmt:
    init, value = node.child_by_field_name("initializer"), node.child_by_field_name("value")
    cases = [_case(c) for c in node.named_children if c.type in {"expression_case", "default_case"}]
    return go.SwitchStmt(pos(node), _optional(init), _expr(value) if value else None, tuple(cases))


def _type_switch(node: Node) -> go.Stmt:
    alias = node.child_by_field_name("alias")
    names = _list(alias) if alias else ()
    name = names[0] if names and isinstance(names[0], go.Ident) else None
    cases = [_case(c) for c in node.named_children if c.type in {"type_case", "default_case"}]
    init = _optional(node.child_by_field_name("initializer"))
    return go.TypeSwitchStmt(pos(node), init, name, _field(node, "value"), tuple(cases))


def _case(node: Node) -> go.CaseClause:
    values: list[go.Expr] = []
    for value in (*node.children_by_field_name("value"), *node.children_by_field_name("type")):
        values.extend(_list(value))
    body = [c for c in node.named_children if c.type == "statement_list"]
    return go.CaseClause(pos(node), tuple(values), _statements(body[0]) if body else ())


def _select(node: Node) -> go.Stmt:
    cases = []
    for child in node.named_children:
        if child.type in {"communication_case", "default_case"}:
            comm = _optional(child.child_by_field_name("communication"))
            body = [c for c in child.named_children if c.type == "statement_list"]
            cases.append(go.CommClause(pos(child), comm, _statements(body[0]) if body else ()))
    return go.SelectStmt(pos(node), tuple(cases))


def _for(node: Node) -> go.Stmt:
    body = _block(node.child_by_field_name("body"))
    clause = next((c for c in node.named_children if c.type not in {"block", "comment"}), None)
    if clause is None:
        return go.ForStmt(pos(node), None, None, None, body)
    if clause.type == "range_clause":
        left = clause.child_by_field_name("left")
        defines = any(c.type == ":=" for c in clause.children)
        return go.RangeStmt(
            pos(node), _list(left) if left else (), defines, _field(clause, "right"), body
        )
    if clause.type == "for_clause":
        condition = clause.child_by_field_name("condition")
        return go.ForStmt(
            pos(node),
            _optional(clause.child_by_field_name("initializer")),
            _expr(condition) if condition else None,
            _optional(clause.child_by_field_name("update")),
            body,
        )
    return go.ForStmt(pos(node), None, _expr(clause), None, body)


def _labeled(node: Node) -> go.Stmt:
    label = node.child_by_field_name("label")
    rest = [c for c in node.named_children if c.type not in {"label_name", "comment"}]
    return go.LabeledStmt(
        pos(node), text(label) if label else "", _optional(rest[0]) if rest else None
    )


_STATEMENTS: dict[str, Callable[[Node], go.Stmt]] = {
    "block": _block,
    "expression_statement": lambda n: go.ExprStmt((x := _first(n)).pos, x),
    "short_var_declaration": _assign,
    "assignment_statement": _assign,
    "inc_statement": _count,
    "dec_statement": _count,
    "send_statement": _send,
    "receive_statement": _receive,
    "go_statement": lambda n: go.GoStmt(pos(n), _first(n)),
    "defer_statement": lambda n: go.DeferStmt(pos(n), _first(n)),
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
    "var_declaration": lambda n: go.DeclStmt(pos(n), tuple(_values(n, []))),
    "const_declaration": lambda n: go.DeclStmt(pos(n), tuple(_values(n, []))),
    "type_declaration": lambda n: go.DeclStmt(pos(n), tuple(_types(n, []))),
}


# Expressions.  One that begins with another has its place from it.


def _expr(node: Node | None) -> go.Expr:
    if node is None:
        return go.BadExpr(Pos(0, 0))
    convert = _EXPRESSIONS.get(node.type)
    return convert(node) if convert is not None else go.BadExpr(pos(node))


def _field(node: Node, name: str) -> go.Expr:
    return _expr(node.child_by_field_name(name))


def _first(node: Node) -> go.Expr:
    return _expr(next((c for c in node.named_children if c.type != "comment"), None))


def _list(node: Node | None) -> tuple[go.Expr, ...]:
    if node is None:
        return ()
    if node.type == "expression_list":
        return tuple([_expr(c) for c in node.named_children if c.type != "comment"])
    return (_expr(node),)


def _ident(node: Node) -> go.Ident:
    return go.Ident(pos(node), _name(node.text or b""))


@cache  # a name stands in a tree a hundred times
def _name(written: bytes) -> str:
    return written.decode("utf-8", "replace")


def _literal(kind: str) -> Callable[[Node], go.Expr]:
    def convert(node: Node) -> go.Expr:
        written = text(node)
        value = visible(unquote(written)) if kind == "STRING" else written
        return go.BasicLit(pos(node), kind, value)

    return convert


def _selector(node: Node) -> go.Expr:
    x, field = _field(node, "operand"), node.child_by_field_name("field")
    return go.SelectorExpr(x.pos, x, _ident(field or node))


def _qualified(node: Node) -> go.Expr:
    package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
    x = _ident(package or node)
    return go.SelectorExpr(x.pos, x, _ident(name or node))


def _call(node: Node) -> go.Expr:
    func = _field(node, "function")
    instances = node.child_by_field_name("type_arguments")
    if instances is not None:
        func = go.IndexExpr(func.pos, func, _type_arguments(instances))
    arguments = node.child_by_field_name("arguments")
    if arguments is None:
        return go.CallExpr(func.pos, func, (), func.pos, spread=False)
    named = [c for c in arguments.named_children if c.type != "comment"]
    spread = any(c.type == "variadic_argument" for c in named)
    args = [_first(c) if c.type == "variadic_argument" else _expr(c) for c in named]
    return go.CallExpr(func.pos, func, tuple(args), pos(arguments), spread)


def _conversion(node: Node) -> go.Expr:
    """`[]byte(x)`, and `f[int](x)`, which the grammar takes for a conversion too."""
    paren = next((c for c in node.children if c.type == "("), node)
    return go.CallExpr(
        pos(node), _field(node, "type"), (_field(node, "operand"),), pos(paren), spread=False
    )


def _index(node: Node) -> go.Expr:
    x = _field(node, "operand")
    return go.IndexExpr(x.pos, x, (_field(node, "index"),))


def _generic(node: Node) -> go.Expr:
    arguments = node.child_by_field_name("type_arguments")
    if arguments is not None:
        indices = _type_arguments(arguments)
    else:  # type_instantiation_expression
        indices = tuple([_expr(c) for c in node.named_children[1:]])
    return go.IndexExpr(pos(node), _field(node, "type"), indices)


def _type_arguments(node: Node) -> tuple[go.Expr, ...]:
    return tuple([_expr(c) for c in node.named_children if c.type != "comment"])


def _slice(node: Node) -> go.Expr:
    bounds = [node.child_by_field_name(n) for n in ("start", "end", "capacity")]
    given = [_expr(b) for b in bounds if b]
    return go.SliceExpr(pos(node), _field(node, "operand"), tuple(given))


def _composite(node: Node) -> go.Expr:
    body = node.child_by_field_name("body")
    elements = _elements(body) if body and not is_table(body.text or b"") else ()
    return go.CompositeLit(pos(node), _field(node, "type"), elements)


def _elements(node: Node) -> tuple[go.Expr, ...]:
    found: list[go.Expr] = []
    for child in node.named_children:
        if child.type == "keyed_element":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                found.append(go.KeyValueExpr(pos(child), _element(key), _element(value)))
        elif child.type == "literal_element":
            found.append(_element(child))
    return tuple(found)


def _element(node: Node) -> go.Expr:
    inner = next((c for c in node.named_children if c.type != "comment"), None)
    if inner is not None and inner.type == "literal_value":
        return go.CompositeLit(pos(inner), None, _elements(inner))
    return _expr(inner)


def _unary(node: Node) -> go.Expr:
    operator, operand = node.child_by_field_name("operator"), _field(node, "operand")
    op = text(operator) if operator else ""
    return go.StarExpr(pos(node), operand) if op == "*" else go.UnaryExpr(pos(node), op, operand)


def _binary(node: Node) -> go.Expr:
    """`x + y + z`: generated Go has sums of thousands of strings, so they are no recursion."""
    sums = [node]
    while (left := sums[-1].child_by_field_name("left")) and left.type == "binary_expression":
        sums.append(left)
    x = _expr(left)
    for sum_ in reversed(sums):
        operator = sum_.child_by_field_name("operator")
        op = text(operator) if operator else ""
        x = go.BinaryExpr(x.pos, op, x, _field(sum_, "right"))
    return x


def _func_literal(node: Node) -> go.Expr:
    return go.FuncLit(pos(node), _signature(node), _block(node.child_by_field_name("body")))


def _array(node: Node) -> go.Expr:
    if node.type == "slice_type":
        return go.ArrayType(pos(node), None, _field(node, "element"))
    implicit = node.type == "implicit_length_array_type"
    length = go.Ellipsis(pos(node), None) if implicit else _field(node, "length")
    return go.ArrayType(pos(node), length, _field(node, "element"))


def _struct(node: Node) -> go.Expr:
    body = next((c for c in node.named_children if c.type == "field_declaration_list"), None)
    return go.StructType(pos(node), _fields(body) if body else ())


def _interface(node: Node) -> go.Expr:
    methods: list[go.Field] = []
    embeds: list[go.Expr] = []
    for child in node.named_children:
        if child.type == "method_elem":
            name = child.child_by_field_name("name")
            if name is not None:
                methods.append(go.Field(pos(child), (_ident(name),), _signature(child)))
        elif child.type == "type_elem":
            embeds.append(_type_elem(child))
    return go.InterfaceType(pos(node), tuple(methods), tuple(embeds))


def _type_elem(node: Node) -> go.Expr:
    terms = [_expr(c) for c in node.named_children if c.type != "comment"]
    return terms[0] if len(terms) == 1 else go.UnionType(pos(node), tuple(terms))


_EXPRESSIONS: dict[str, Callable[[Node], go.Expr]] = {
    **dict.fromkeys(
        ("identifier", "type_identifier", "field_identifier", "package_identifier",
         "blank_identifier", "nil", "true", "false", "iota", "label_name"),
        _ident,
    ),
    "int_literal": _literal("INT"),
    "float_literal": _literal("FLOAT"),
    "imaginary_literal": _literal("IMAG"),
    "rune_literal": _literal("CHAR"),
    "interpreted_string_literal": _literal("STRING"),
    "raw_string_literal": _literal("STRING"),
    "selector_expression": _selector,
    "qualified_type": _qualified,
    "call_expression": _call,
    "type_conversion_expression": _conversion,
    "index_expression": _index,
    "generic_type": _generic,
    "type_instantiation_expression": _generic,
    "slice_expression": _slice,
    "type_assertion_expression": lambda n: go.TypeAssertExpr(
        pos(n), _field(n, "operand"), _field(n, "type")
    ),
    "composite_literal": _composite,
    "unary_expression": _unary,
    "binary_expression": _binary,
    "func_literal": _func_literal,
    "parenthesized_expression": lambda n: go.ParenExpr(pos(n), _first(n)),
    "parenthesized_type": lambda n: go.ParenExpr(pos(n), _first(n)),
    "pointer_type": lambda n: go.StarExpr(pos(n), _first(n)),
    "slice_type": _array,
    "array_type": _array,
    "implicit_length_array_type": _array,
    "map_type": lambda n: go.MapType(pos(n), _field(n, "key"), _field(n, "value")),
    "channel_type": lambda n: go.ChanType(pos(n), _field(n, "value")),
    "function_type": _signature,
    "struct_type": _struct,
    "interface_type": _interface,
    "type_elem": _type_elem,
    "type_constraint": _type_elem,
    "negated_type": lambda n: go.UnaryExpr(pos(n), "~", _first(n)),
}  # fmt: skip
