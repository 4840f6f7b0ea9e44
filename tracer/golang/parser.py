"""Text becomes syntax.  Only `parsing` knows tree-sitter.

Error-tolerant: what is not Go becomes a `BadExpr` or is left out, with its line in `File.errors`.
What is nested deeper than `NESTING` is not converted at all: everything above recurses over syntax.
"""

from collections.abc import Callable, Iterator

from tracer.golang import syntax as go
from tracer.golang.nesting import deep
from tracer.golang.parsing.expressions import field_list, ident, signature
from tracer.golang.parsing.nodes import (
    PARSER,
    Tree,
    descend,
    end,
    error_lines,
    pos,
    text_of,
    too_deep,
    unquote,
)
from tracer.golang.parsing.statements import block, type_specs, unresolved, value_specs
from tracer.golang.source import SourceFile


@deep
def parse(source: SourceFile) -> go.File:
    """Parse one file; bodies stay unconverted until they are asked for."""
    root = PARSER.parse(source.content).root_node
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
                values.extend(value_specs(node, cut))
            case "type_declaration":
                types.extend(type_specs(node, cut))
            case "function_declaration" | "method_declaration":
                functions.extend(_functions(node, cut))
            case _:
                pass
    errors = tuple(sorted(set(error_lines(root)))) if root.has_error else ()
    name = text_of(package) if package else ""
    return go.File(
        source.path,
        name,
        tuple(imports),
        tuple(values),
        tuple(types),
        tuple(functions),
        errors,
        tuple(cut),
    )


def _imports(node: Tree) -> Iterator[go.ImportSpec]:
    for spec in descend(node, "import_spec"):
        name, path = spec.child_by_field_name("name"), spec.child_by_field_name("path")
        if path is not None:
            yield go.ImportSpec(pos(spec), text_of(name) if name else "", unquote(text_of(path)))


def _functions(node: Tree, cut: list[go.Cut]) -> Iterator[go.FuncDecl]:
    """The function that a node declares; none where its signature is nested too deeply."""
    for child in node.children:
        if child.type != "block" and (reason := too_deep(child)):
            cut.append(go.Cut(pos(node).line, reason))
            return
    yield _function(node, cut)


def _function(node: Tree, cut: list[go.Cut]) -> go.FuncDecl:
    name = node.child_by_field_name("name")
    receiver = node.child_by_field_name("receiver")
    body = node.child_by_field_name("body")
    fields = field_list(receiver) if receiver else ()
    lazy = go.Body(_body(body, cut), body.text or b"") if body else None
    return go.FuncDecl(
        pos(name or node),
        ident(name) if name else go.Ident(pos(node), "_"),
        fields[0] if fields else None,
        signature(node),
        lazy,
        pos(node),
        end(node),
    )


def _body(node: Tree, cut: list[go.Cut]) -> Callable[[], go.BlockStmt]:
    """How to convert a body; one that is nested too deeply becomes one unresolved call."""
    if reason := too_deep(node):
        cut.append(go.Cut(pos(node).line, reason))
        call = go.ExprStmt(pos(node), unresolved(node, reason))
        return lambda: go.BlockStmt(pos(node), (call,), end(node))
    return deep(lambda: block(node))
