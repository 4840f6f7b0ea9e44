"""Observer: listeners are collected in one place and told of each event in a loop.

The listeners are channels, functions or values of an owned interface in a slice or map that a
struct holds.  One function adds to them; another ranges over them and sends to each, hands each to
a function of its own, or calls each with an event (more than a context) and asks for no result.
"""

from collections import defaultdict
from collections.abc import Iterator

from tracer.golang import syntax as go
from tracer.golang.packages import Function
from tracer.golang.types import methodsets, typexprs
from tracer.golang.types.model import (
    Array,
    Chan,
    Interface,
    Map,
    Named,
    Signature,
    Slice,
    Struct,
    Type,
    behind,
    text,
)
from tracer.golang.types.operands import ElementOf, FieldValue
from tracer.golang.types.typexprs import Types, underlying
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place
from tracer.graph.families import ownership, syntaxes
from tracer.graph.families.family import Families
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places


def detect(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the lists of listeners with who adds to them and who tells them."""
    adding = _adding(graph, families)
    telling: dict[tuple[str, str], dict[str, Place]] = defaultdict(dict)
    listeners: dict[tuple[str, str], str] = {}
    for id_ in families.facts.bodies:
        function = graph.resolution.functions.get(id_)
        if function is None or not function.receiver or function.decl.body is None:
            continue
        for field, interface, place in _told(graph.resolution.types, function):
            telling[field][id_] = place
            listeners[field] = interface
    for field in sorted(telling):
        tells = telling[field]
        adds = {f: p for f, p in adding.get(field, {}).items() if f not in tells}
        if adds:
            functions = (TemplateFunction(f, ()) for f in sorted({*tells, *adds}))
            yield PatternMatch(
                "observer",
                listeners[field],
                (".".join(field),),
                tuple(functions),
                (),
                ("none",),
                (),
                places([*tells.values(), *adds.values()]),
            )


def _adding(graph: CallGraph, families: Families) -> dict[tuple[str, str], dict[str, Place]]:
    found: dict[tuple[str, str], dict[str, Place]] = defaultdict(dict)
    for id_ in families.facts.bodies:
        if id_ not in graph.resolution.functions:
            continue
        for flow in graph.resolution.body(id_).flows:
            if isinstance(flow.target, ElementOf) and isinstance(flow.target.container, FieldValue):
                field = flow.target.container
                found[field.owner, field.name].setdefault(id_, Place(flow.file, flow.pos.line))
    return found


def _told(types: Types, function: Function) -> Iterator[tuple[tuple[str, str], str, Place]]:
    """The listeners that a method ranges over: field, their interface, where."""
    receiver = behind(typexprs.receiver_type(types, function))
    form = underlying(types, receiver)
    if not isinstance(receiver, Named) or not isinstance(form, Struct):
        return
    assert function.decl.body is not None
    for statement in syntaxes.statements(function.decl.body.block):
        match statement:
            case go.RangeStmt(x=go.SelectorExpr(x=go.Ident(), sel=sel), left=left, body=body):
                held = next((f.type_ for f in form.fields if f.name == sel.name), None)
                index, kind = _listener(types, held) if held else (0, None)
                listener = left[index] if index < len(left) else None
                if kind is None or not isinstance(listener, go.Ident):
                    continue
                told = underlying(types, kind)
                if _tells(body, listener.name, told, _silent(types, kind)):
                    is_own = isinstance(told, Interface)
                    interface = kind.declared.id if is_own and isinstance(kind, Named) else ""
                    place = Place(function.file.path, statement.pos.line)
                    yield (receiver.declared.id, sel.name), interface, place
            case _:
                pass


def _listener(types: Types, held: Type) -> tuple[int, Type | None]:
    """Which variable of a range is the listener, and its type."""
    match underlying(types, held):
        case Slice(elem) | Array(elem):
            candidates: tuple[tuple[int, Type], ...] = ((1, elem),)
        case Map(key, elem):
            candidates = ((0, key), (1, elem))
        case _:
            return 0, None
    for index, candidate in candidates:
        form = underlying(types, candidate)
        owned = isinstance(candidate, Named) and ownership.is_owned(candidate.declared.file.package)
        if isinstance(form, Chan | Signature) or (isinstance(form, Interface) and owned):
            return index, candidate
    return 0, None


def _silent(types: Types, listener: Type) -> set[str]:
    """The operations of a listener that are given nothing but a context."""
    operations = methodsets.interface_methods(types, listener) or {}
    return {
        name
        for name, (_, signature) in operations.items()
        if [text(p) for p in signature.params] == ["context.Context"]
    }


def _tells(body: go.BlockStmt, listener: str, form: Type, silent: set[str]) -> bool:
    """Say whether a loop's body sends to its listener, calls it with something, or hands it on."""
    for statement in syntaxes.statements(body):
        match statement:
            case go.SendStmt(channel=go.Ident(name=name)) if name == listener:
                return True
            case go.ExprStmt(x=go.CallExpr() as call) | go.GoStmt(call=go.CallExpr() as call):
                called = call.func
                if isinstance(called, go.SelectorExpr):
                    if called.sel.name in silent:
                        continue
                    called = called.x
                if isinstance(called, go.Ident) and called.name == listener and call.args:
                    return True
                given = {a.name for a in call.args if isinstance(a, go.Ident)}
                is_builtin = isinstance(called, go.Ident) and called.name in {"close", "delete"}
                if listener in given and not is_builtin and isinstance(form, Chan):
                    return True
            case _:
                pass
    return False
