"""Look at a learner's function before it runs: what no answer needs is refused.

A guard against accidents and simple mischief, not a wall: use a container for strangers' code.
"""

import ast
from collections.abc import Iterator

LONGEST = 20_000  # characters
_NAMES = frozenset(
    {"eval", "exec", "compile", "open", "globals", "locals", "vars", "input", "breakpoint"}
    | {"getattr", "setattr", "delattr", "exit", "quit", "help", "memoryview", "super", "type"}
    | {"SystemExit", "KeyboardInterrupt", "BaseException", "GeneratorExit"}
)
_ATTRIBUTES = frozenset(
    {"gi_frame", "cr_frame", "ag_frame", "f_back", "f_globals", "f_builtins", "f_locals"}
    | {"tb_frame", "tb_next", "with_traceback"}
)


def objections(text: str) -> tuple[str, ...]:
    """What is refused in a text; nothing for one that is not Python, which fails by itself."""
    if len(text) > LONGEST:
        return (f"it is longer than {LONGEST} characters",)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(dict.fromkeys(_objections(tree)))


def _objections(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                yield f"line {node.lineno}: import is not allowed; use the names of the module"
            case ast.Global() | ast.Nonlocal():
                yield f"line {node.lineno}: global is not allowed"
            case ast.Name(name) if name in _NAMES or (name.startswith("__") and name.strip("_")):
                yield f"line {node.lineno}: {name} is not allowed"
            case ast.Attribute(_, name) if name in _ATTRIBUTES or name.startswith("__"):
                yield f"line {node.lineno}: .{name} is not allowed"
            case _:
                pass
