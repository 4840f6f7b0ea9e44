"""Which declared types a program creates, told from the places that name them.

A type is *created* where a value of it can come to exist: a literal, `new`, `make`, a variable or
constant, a conversion, a type argument, a result, an assertion that may fail, or a field or element
of another type that is created.  It is not by being named as a receiver, the type that a value is
asked for, or a part of a function type or an interface, nor a struct by being a parameter: those
wait for a value made elsewhere.
This is rapid type analysis: Bacon and Sweeney, "Fast Static Analysis of C++ Virtual Function
Calls", OOPSLA 1996.  Bodies that nothing reaches count here, for a library has no `main`.

Where in doubt, created: names are compared without regard to local ones that hide them, and what a
variable or field points to counts, since decoders fill it in.
Not seen: a nil pointer to a type that no place creates, in an interface; a struct passed as a value
of an unnamed struct type; a type argument inferred from a method expression; `unsafe` and C.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from tracer.golang import modules
from tracer.golang import syntax as go
from tracer.golang.declarations import Program
from tracer.golang.packages import FileUnit, Package, TypeName
from tracer.golang.source import words
from tracer.golang.types.scopes import PackageName, lookup
from tracer.golang.types.typexprs import file_scope

_LARGE = 200_000  # bytes of a file
NEVER = (
    "never created: no literal, new, variable, conversion or field of this type in a non-test body"
)


@dataclass(eq=False, repr=False)
class Creation:
    """The created types of a program, as far as they were asked for."""

    program: Program
    created: dict[TypeName, bool] = field(default_factory=dict)
    making: dict[FileUnit | go.Body, "_Making"] = field(default_factory=dict)
    words: dict[FileUnit, frozenset[bytes]] = field(default_factory=dict)
    holding: dict[FileUnit, dict[str, list[tuple[TypeName, go.Expr]]]] = field(default_factory=dict)

    def is_created(self, declared: TypeName) -> bool:
        """Say whether a value of a declared type, or of one that holds it, can come to exist."""
        if declared not in self.created:
            self._search(declared)
        return self.created[declared]

    def _search(self, declared: TypeName) -> None:
        """Look through a type and those that hold it, at whatever depth, for one that is made.

        All on the way to it are created.  Where there is none, nothing that was seen is.
        """
        inside: dict[TypeName, TypeName | None] = {declared: None}  # holder → what it holds
        pending = [declared]
        while pending:
            current = pending.pop()
            known = self.created.get(current)
            if known or (known is None and self._is_made(current)):
                part: TypeName | None = current
                while part is not None:
                    self.created[part] = True
                    part = inside[part]
                return
            if known is None:
                for holder in self._holders(current):
                    if holder not in inside:
                        inside[holder] = current
                        pending.append(holder)
        self.created |= dict.fromkeys(inside, False)

    def why_not(self, declared: TypeName) -> str:
        """Say why a type that is not created counts as left out."""
        holders = sorted({holder.id for holder in self._holders(declared)})
        return f"only part of {', '.join(holders)}, never created" if holders else NEVER

    def _is_made(self, declared: TypeName) -> bool:
        """Say whether a function, variable or constant makes a value of a type itself."""
        name = declared.name.encode()
        for unit in self._naming(declared):
            if self._can_make(unit, self._outline(unit), declared):
                return True
            for decl in self.program.parsed[unit.path].functions:
                if decl.body is not None and name in decl.body.text:
                    making = self._making_of(decl.body)
                    if self._can_make(unit, making, declared):
                        return True
        return False

    def _outline(self, unit: FileUnit) -> "_Making":
        """What the variables and constants of a file make, and its functions by their signature."""
        if unit not in self.making:
            file = self.program.parsed[unit.path]
            specs = [spec for spec in file.values if not _is_assertion(spec)]
            made, signatures = _parts(specs)
            for decl in file.functions:
                made += _results(decl.type_, whole=decl.body is None)
                signatures.append(decl.type_)
            self.making[unit] = _making(made, signatures)
        return self.making[unit]

    def _making_of(self, body: go.Body) -> "_Making":
        if body not in self.making:
            self.making[body] = _making(*_parts([body.block]))
        return self.making[body]

    def _can_make(self, unit: FileUnit, making: "_Making", declared: TypeName) -> bool:
        """Say whether one of the type expressions that make values holds a type.

        A constant, function literal or other value of an unnamed type that is passed becomes one,
        but for structs; a nil map gives zero values; a generic function makes what it infers.
        """
        is_struct = isinstance(declared.spec.type_, go.StructType)
        passed = making.passed if self._has_generics or not is_struct else making.passed_maps
        name = declared.name
        found = (*making.made.get(name, ()), *passed.get(name, ()))
        return any(self._is_name(unit, expr, declared) for expr in found)

    @cached_property
    def _has_generics(self) -> bool:
        return any(
            decl.type_.type_params
            for file in self.program.parsed.values()
            for decl in file.functions
        )

    def _holders(self, declared: TypeName) -> Iterator[TypeName]:
        """The package-level types that have a type as field or element, and its aliases."""
        for unit in self._naming(declared):
            for holder, expr in self._held_in(unit).get(declared.name, ()):
                if holder is not declared and self._is_name(unit, expr, declared):
                    yield holder

    def _held_in(self, unit: FileUnit) -> dict[str, list[tuple[TypeName, go.Expr]]]:
        """Last name → the types of a file that hold a type of this name, and how they call it."""
        if unit not in self.holding:
            found: dict[str, list[tuple[TypeName, go.Expr]]] = defaultdict(list)
            for spec in self.program.parsed[unit.path].types:
                holder = unit.package.scope.get(spec.name.name)
                if isinstance(holder, TypeName):
                    for name, exprs in _by_name([spec.type_]).items():
                        found[name] += [(holder, expr) for expr in exprs]
            self.holding[unit] = found
        return self.holding[unit]

    def _naming(self, declared: TypeName) -> Iterator[FileUnit]:
        """The files that can name a type: its own, its package's, then what imports it."""
        name = declared.name.encode()
        package = declared.file.package
        units = [declared.file]  # where most types are made
        if declared.scope is None:
            units += (unit for unit in package.files if unit is not declared.file)
        if declared.scope is None and declared.name[:1].isupper():
            units += self._importing.get(package.path, ())
        for unit in units:
            if self._mentions(unit, name):
                yield unit

    def _mentions(self, unit: FileUnit, name: bytes) -> bool:
        """Say whether a file's text may have a name; of a large one, the words are kept."""
        content = self.program.tree.files[unit.path].content
        if len(content) < _LARGE:
            return name in content
        if unit not in self.words:
            self.words[unit] = frozenset(words(content))
        return name in self.words[unit]

    @cached_property
    def _importing(self) -> dict[str, list[FileUnit]]:
        """Import path → the files that import it."""
        found: dict[str, list[FileUnit]] = defaultdict(list)
        for _, package in sorted(self.program.packages.items()):
            for unit in package.files:
                for path in sorted({*unit.imports.values(), *unit.dots}):
                    found[modules.canonical(path)].append(unit)
        return found

    def _is_name(self, unit: FileUnit, expr: go.Expr, declared: TypeName) -> bool:
        """Say whether a name is that of a declared type."""
        package = declared.file.package
        match expr:
            case go.Ident(name=name):
                return name == declared.name and (unit.package is package or bool(unit.dots))
            case go.SelectorExpr(x=go.Ident(name=qualifier), sel=sel):
                return sel.name == declared.name and self._means(unit, qualifier) is package
            case _:
                return False

    def _means(self, unit: FileUnit, qualifier: str) -> Package | None:
        """The package that a file calls by a name."""
        meant = lookup(self.program, file_scope(unit), qualifier)
        return self.program.package(meant.path) if isinstance(meant, PackageName) else None


ByName = dict[str, list[go.Expr]]  # last name → the type expressions that are called so


class _Making(msgspec.Struct, frozen=True, eq=False):
    """The names of types of which a piece of code makes values."""

    made: ByName
    passed: ByName  # as parameters
    passed_maps: ByName  # as parameters that are maps


def _making(made: Iterable[go.Expr], signatures: Iterable[go.FuncType]) -> _Making:
    passed = [part.type_ for signature in signatures for part in signature.params]
    maps = [type_ for type_ in passed if isinstance(type_, go.MapType)]
    return _Making(_by_name(made), _by_name(passed), _by_name(maps))


def _by_name(types: Iterable[go.Expr]) -> ByName:
    found: ByName = {}
    for type_ in types:
        for expr in _held(type_):
            name = expr.sel if isinstance(expr, go.SelectorExpr) else expr
            found.setdefault(name.name, []).append(expr)
    return found


def _parts(nodes: Iterable[go.Node]) -> tuple[list[go.Expr], list[go.FuncType]]:
    """The type expressions of which pieces of code make values, and the signatures in them."""
    made: list[go.Expr] = []
    signatures: list[go.FuncType] = []
    for node in nodes:
        for part in go.walk(node):
            if isinstance(part, go.FuncType):
                signatures.append(part)
            elif (making := _MAKING.get(type(part))) is not None:
                made.extend(making(part))
    return made, signatures


def _called(call: go.CallExpr) -> Sequence[go.Expr]:
    is_making = isinstance(call.func, go.Ident) and call.func.name in {"new", "make"}
    return call.args[:1] if is_making else (call.func,)  # else it may be a conversion


def _asserted(assertion: go.TypeAssertExpr) -> Sequence[go.Expr]:
    """`v, ok := x.(T)` gives the zero value where x is no T."""
    return () if isinstance(assertion.type_, go.StarExpr) else (assertion.type_,)


# The type expressions of which a node makes a value, by its form.
_MAKING: dict[type[go.Node], Callable[[Any], Sequence[go.Expr]]] = {
    go.CompositeLit: lambda literal: (literal.type_,) if literal.type_ is not None else (),
    go.ValueSpec: lambda spec: (spec.type_,) if spec.type_ is not None else (),
    go.CallExpr: _called,
    go.IndexExpr: lambda index: index.indices,  # type arguments
    go.FuncLit: lambda literal: _results(literal.type_),
    go.TypeSpec: lambda spec: (spec.type_,),
    go.TypeAssertExpr: _asserted,
}


def _results(type_: go.FuncType, *, whole: bool = False) -> tuple[go.Expr, ...]:
    """The results that may be zero values; what a pointer leads to was made elsewhere.

    A named result is a variable; the results of a function without a body are taken as `whole`.
    """
    return tuple(
        part.type_
        for part in type_.results
        if whole or part.names or not isinstance(part.type_, go.StarExpr)
    )


def _held(expr: go.Expr) -> Iterator[go.Ident | go.SelectorExpr]:
    """The names of types in a type expression of which a value of it has values."""
    pending = [expr]
    while pending:
        match pending.pop():
            case (go.Ident() | go.SelectorExpr()) as name:
                yield name
            case (
                go.ParenExpr(x=inner)
                | go.StarExpr(x=inner)
                | go.ArrayType(elem=inner)
                | go.ChanType(value=inner)
                | go.Ellipsis(elem=go.ExprNode() as inner)
            ):
                pending.append(inner)
            case go.MapType(key=key, value=value):
                pending += (key, value)
            case go.StructType(fields=fields):
                pending += (part.type_ for part in fields)
            case go.IndexExpr(x=x, indices=indices):
                pending += (x, *indices)
            case _:
                pass


def _is_assertion(spec: go.ValueSpec) -> bool:
    """Say whether a declaration only asserts that a type implements an interface.

    `var _ I = (*T)(nil)`, `&T{}`, `T{}` or `new(T)`: the value is thrown away at once.
    """
    return all(n.name == "_" for n in spec.names) and all(map(_is_plain, spec.values))


def _is_plain(value: go.Expr) -> bool:
    match value:
        case go.UnaryExpr(op="&", x=go.CompositeLit(elements=())) | go.CompositeLit(elements=()):
            return True
        case go.CallExpr(func=go.Ident(name="new")):
            return True
        case go.CallExpr(func=go.ParenExpr(), args=(go.Ident(name="nil"),)):
            return True
        case _:
            return False
