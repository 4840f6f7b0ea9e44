"""Nodes become expressions and types; function literals are added by `statements`."""

from collections.abc import Callable

from tracer.golang import syntax as go
from tracer.golang.parsing.nodes import Tree, pos, text_of, unquote
from tracer.golang.source import visible
from tracer.golang.syntax import Pos


def expression(node: Tree | None) -> go.Expr:
    """An expression or a type; what is none becomes a `BadExpr`."""
    if node is None:
        return go.BadExpr(Pos(0, 0))
    convert = CONVERSIONS.get(node.type)
    return convert(node) if convert is not None else go.BadExpr(pos(node))


def field(node: Tree, name: str) -> go.Expr:
    """The expression in a field of a node."""
    return expression(node.child_by_field_name(name))


def first(node: Tree) -> go.Expr:
    """The first expression in a node."""
    return expression(next((c for c in node.named_children if c.type != "comment"), None))


def expression_list(node: Tree | None) -> tuple[go.Expr, ...]:
    """The expressions in a node that may be a list of them."""
    if node is None:
        return ()
    if node.type == "expression_list":
        return tuple([expression(c) for c in node.named_children if c.type != "comment"])
    return (expression(node),)


def ident(node: Tree) -> go.Ident:
    """A name."""
    return go.Ident(pos(node), text_of(node))


def _literal(kind: str) -> Callable[[Tree], go.Expr]:
    def convert(node: Tree) -> go.Expr:
        text = text_of(node)
        return go.BasicLit(pos(node), kind, visible(unquote(text)) if kind == "STRING" else text)

    return convert


def _selector(node: Tree) -> go.Expr:
    operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
    return go.SelectorExpr(pos(node), expression(operand), ident(field or node))


def _qualified(node: Tree) -> go.Expr:
    package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
    return go.SelectorExpr(pos(node), ident(package or node), ident(name or node))


def _call(node: Tree) -> go.Expr:
    func = field(node, "function")
    instances = node.child_by_field_name("type_arguments")
    if instances is not None:
        func = go.IndexExpr(func.pos, func, _type_arguments(instances))
    arguments = node.child_by_field_name("arguments")
    if arguments is None:
        return go.CallExpr(pos(node), func, (), pos(node), spread=False)
    named = [c for c in arguments.named_children if c.type != "comment"]
    spread = any(c.type == "variadic_argument" for c in named)
    args = [first(c) if c.type == "variadic_argument" else expression(c) for c in named]
    return go.CallExpr(pos(node), func, tuple(args), pos(arguments), spread)


def _conversion(node: Tree) -> go.Expr:
    """`[]byte(x)`, and `f[int](x)`, which the grammar takes for a conversion too."""
    paren = next((c for c in node.children if c.type == "("), node)
    return go.CallExpr(
        pos(node), field(node, "type"), (field(node, "operand"),), pos(paren), spread=False
    )


def _index(node: Tree) -> go.Expr:
    return go.IndexExpr(pos(node), field(node, "operand"), (field(node, "index"),))


def _generic(node: Tree) -> go.Expr:
    arguments = node.child_by_field_name("type_arguments")
    if arguments is not None:
        indices = _type_arguments(arguments)
    else:  # type_instantiation_expression
        indices = tuple([expression(c) for c in node.named_children[1:]])
    return go.IndexExpr(pos(node), field(node, "type"), indices)


def _type_arguments(node: Tree) -> tuple[go.Expr, ...]:
    return tuple([expression(c) for c in node.named_children if c.type != "comment"])


def _slice(node: Tree) -> go.Expr:
    bounds = [node.child_by_field_name(n) for n in ("start", "end", "capacity")]
    given = [expression(b) for b in bounds if b]
    return go.SliceExpr(pos(node), field(node, "operand"), tuple(given))


def _composite(node: Tree) -> go.Expr:
    body = node.child_by_field_name("body")
    elements = _elements(body) if body else ()
    return go.CompositeLit(pos(node), field(node, "type"), elements)


def _elements(node: Tree) -> tuple[go.Expr, ...]:
    found: list[go.Expr] = []
    for child in node.named_children:
        if child.type == "keyed_element":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                found.append(go.KeyValueExpr(pos(child), _element(key), _element(value)))
        elif child.type == "literal_element":
            found.append(_element(child))
    return tuple(found)


def _element(node: Tree) -> go.Expr:
    inner = next((c for c in node.named_children if c.type != "comment"), None)
    if inner is not None and inner.type == "literal_value":
        return go.CompositeLit(pos(inner), None, _elements(inner))
    return expression(inner)


def _unary(node: Tree) -> go.Expr:
    operator, operand = node.child_by_field_name("operator"), field(node, "operand")
    op = text_of(operator) if operator else ""
    return go.StarExpr(pos(node), operand) if op == "*" else go.UnaryExpr(pos(node), op, operand)


def _binary(node: Tree) -> go.Expr:
    """`x + y + z`: generated Go has sums of thousands of strings, so they are no recursion."""
    sums = [node]
    while (left := sums[-1].child_by_field_name("left")) and left.type == "binary_expression":
        sums.append(left)
    x = expression(left)
    for sum_ in reversed(sums):
        operator = sum_.child_by_field_name("operator")
        op = text_of(operator) if operator else ""
        x = go.BinaryExpr(pos(sum_), op, x, field(sum_, "right"))
    return x


def _array(node: Tree) -> go.Expr:
    if node.type == "slice_type":
        return go.ArrayType(pos(node), None, field(node, "element"))
    implicit = node.type == "implicit_length_array_type"
    length = go.Ellipsis(pos(node), None) if implicit else field(node, "length")
    return go.ArrayType(pos(node), length, field(node, "element"))


def _struct(node: Tree) -> go.Expr:
    body = next((c for c in node.named_children if c.type == "field_declaration_list"), None)
    return go.StructType(pos(node), field_list(body) if body else ())


def _interface(node: Tree) -> go.Expr:
    methods: list[go.Field] = []
    embeds: list[go.Expr] = []
    for child in node.named_children:
        if child.type == "method_elem":
            name = child.child_by_field_name("name")
            if name is not None:
                methods.append(go.Field(pos(child), (ident(name),), signature(child)))
        elif child.type == "type_elem":
            embeds.append(_type_elem(child))
    return go.InterfaceType(pos(node), tuple(methods), tuple(embeds))


def _type_elem(node: Tree) -> go.Expr:
    terms = [expression(c) for c in node.named_children if c.type != "comment"]
    return terms[0] if len(terms) == 1 else go.UnionType(pos(node), tuple(terms))


def signature(node: Tree) -> go.FuncType:
    """Parameters and results."""
    type_params = node.child_by_field_name("type_parameters")
    params = node.child_by_field_name("parameters")
    result = node.child_by_field_name("result")
    results: tuple[go.Field, ...] = ()
    if result is not None:
        is_list = result.type == "parameter_list"
        results = (
            field_list(result) if is_list else (go.Field(pos(result), (), expression(result)),)
        )
    return go.FuncType(
        pos(node),
        field_list(type_params) if type_params else (),
        field_list(params) if params else (),
        results,
    )


def field_list(node: Tree) -> tuple[go.Field, ...]:
    """Parameters, type parameters, struct fields."""
    fields: list[go.Field] = []
    for child in node.named_children:
        type_ = child.child_by_field_name("type")
        if type_ is None:
            continue
        names = tuple(ident(n) for n in child.children_by_field_name("name"))
        converted = expression(type_)
        if child.type == "variadic_parameter_declaration":
            converted = go.Ellipsis(pos(child), converted)
        if child.type == "field_declaration" and child.children and child.children[0].type == "*":
            converted = go.StarExpr(pos(child), converted)
        fields.append(go.Field(pos(child), names, converted))
    return tuple(fields)


CONVERSIONS: dict[str, Callable[[Tree], go.Expr]] = {
    **dict.fromkeys(
        ("identifier", "type_identifier", "field_identifier", "package_identifier",
         "blank_identifier", "nil", "true", "false", "iota", "label_name"),
        ident,
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
        pos(n), field(n, "operand"), field(n, "type")
    ),
    "composite_literal": _composite,
    "unary_expression": _unary,
    "binary_expression": _binary,
    "parenthesized_expression": lambda n: go.ParenExpr(pos(n), first(n)),
    "parenthesized_type": lambda n: go.ParenExpr(pos(n), first(n)),
    "pointer_type": lambda n: go.StarExpr(pos(n), first(n)),
    "slice_type": _array,
    "array_type": _array,
    "implicit_length_array_type": _array,
    "map_type": lambda n: go.MapType(pos(n), field(n, "key"), field(n, "value")),
    "channel_type": lambda n: go.ChanType(pos(n), field(n, "value")),
    "function_type": signature,
    "struct_type": _struct,
    "interface_type": _interface,
    "type_elem": _type_elem,
    "type_constraint": _type_elem,
    "negated_type": lambda n: go.UnaryExpr(pos(n), "~", first(n)),
}  # fmt: skip
