"""Fields and methods of a type, promoted ones included; who implements what.

Selectors: https://go.dev/ref/spec#Selectors.  Method sets: https://go.dev/ref/spec#Method_sets.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256

import msgspec

from tracer.golang import syntax as go
from tracer.golang.packages import Function, TypeName
from tracer.golang.types import model, typexprs
from tracer.golang.types.generics import substitute_signature
from tracer.golang.types.model import (
    Basic,
    Interface,
    Named,
    Pointer,
    Signature,
    Struct,
    Type,
    TypeParam,
    Unknown,
    text,
)
from tracer.golang.types.typexprs import Types, underlying

_EMBEDDED = 1_000  # types embedded in one type; generic types can embed without end


class Selection(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What `x.name` selects."""

    name: str
    type_: Type  # of the field, or the method's signature
    owner: Type  # the type that declares it: a struct's name, a receiver's base, an interface
    function: Function | None  # for a method with a body
    depth: int  # embedded fields passed on the way
    indirect: bool  # a pointer was passed on the way
    kind: str  # "field", "method" or "interface"
    through: Type | None = None  # the interface called on, where it embeds the owner

    @property
    def is_promoted(self) -> bool:
        """Say whether it came through embedding."""
        return self.depth > 0

    @property
    def interface(self) -> Type:
        """Of an interface's method, the type that it is called on, which may ask for more."""
        return self.through or self.owner


def select(types: Types, type_: Type, name: str) -> Selection | None:
    """Find a field or method at the shallowest depth; None where there is none, or several."""
    found = select_or_reason(types, type_, name)
    return found if isinstance(found, Selection) else None


def select_or_reason(types: Types, type_: Type, name: str) -> Selection | Unknown:
    """Find a field or method, or say why none can be told."""
    key = type_, name
    found: Selection | Unknown | None = types.selections.get(key)
    if found is None:
        found = _Search(types, name).run(type_)
        if not types.questions.levels:  # else it may rest on an answer that is not final
            types.selections[key] = found
    return found


class _Candidate(msgspec.Struct, frozen=True):
    type_: Type
    indirect: bool


class _Search:
    """A breadth-first search through embedded fields, as `go/types` does it."""

    def __init__(self, types: Types, name: str) -> None:
        self.types = types
        self.name = name
        self.unknown: Unknown | None = None

    def run(self, type_: Type) -> Selection | Unknown:
        start = _Candidate(type_, indirect=False)
        if isinstance(type_, Pointer):
            start = _Candidate(type_.elem, indirect=True)
            if isinstance(underlying(self.types, type_.elem), Interface) and not isinstance(
                type_.elem, TypeParam
            ):
                return Unknown("a pointer to an interface has no methods")
        level, seen, depth = [start], set[Type](), 0
        while level and len(seen) < _EMBEDDED:
            found: list[Selection] = []
            below: list[_Candidate] = []
            ways = Counter(c.type_ for c in level) if len(level) > 1 else {}
            for candidate in level:
                if candidate.type_ in seen:
                    continue
                seen.add(candidate.type_)
                several = min(2, ways.get(candidate.type_, 1))  # what two embed is ambiguous
                found.extend(self._here(candidate, depth) * several)
                below.extend(self._embedded(candidate) * several)
            if len(found) == 1:
                return found[0]
            if found:
                return Unknown(f"{self.name} is ambiguous")
            level, depth = below, depth + 1
        return self.unknown or Unknown(f"no field or method {self.name}")

    def _here(self, candidate: _Candidate, depth: int) -> list[Selection]:
        type_ = candidate.type_
        if isinstance(type_, TypeParam):  # its methods are those of its constraint
            type_ = type_.constraint
        if isinstance(type_, Unknown):
            self.unknown = self.unknown or type_
            return []
        if isinstance(type_, Named) and (method := declared_methods(type_.declared).get(self.name)):
            signature = method_signature(self.types, type_, method)
            indirect = candidate.indirect
            return [Selection(self.name, signature, type_, method, depth, indirect, "method")]
        form = underlying(self.types, type_)
        if isinstance(form, Unknown):
            self.unknown = self.unknown or form
        if isinstance(form, Struct):
            for part in form.fields:
                if part.name == self.name:
                    return [
                        Selection(
                            self.name, part.type_, type_, None, depth, candidate.indirect, "field"
                        )
                    ]
        if isinstance(form, Interface):
            owner = _declarer(self.types, type_, self.name)
            if owner is not None:
                holder, signature = owner
                deep = depth if holder == type_ else max(depth, 1)
                return [
                    Selection(
                        self.name,
                        signature,
                        holder,
                        None,
                        deep,
                        candidate.indirect,
                        "interface",
                        None if type_ == holder else type_,
                    )
                ]
        return []

    def _embedded(self, candidate: _Candidate) -> list[_Candidate]:
        form = underlying(self.types, candidate.type_)
        if not isinstance(form, Struct):
            return []
        below = []
        for part in form.fields:
            if part.embedded:
                pointer = isinstance(part.type_, Pointer)
                inner = part.type_.elem if isinstance(part.type_, Pointer) else part.type_
                below.append(_Candidate(inner, candidate.indirect or pointer))
        return below


def method_names(types: Types, type_: Type) -> frozenset[str]:
    """The names of all methods that a type or a pointer to it may have, promoted ones included."""
    found: set[str] = set()
    pending, seen = [type_], set[Type]()
    while pending and len(seen) < _EMBEDDED:
        current = pending.pop()
        current = current.elem if isinstance(current, Pointer) else current
        if current in seen:
            continue
        seen.add(current)
        if isinstance(current, Named):
            found.update(declared_methods(current.declared))
        if _embeds_nothing(current):
            continue
        form = underlying(types, current)
        if isinstance(form, Struct):
            pending.extend(part.type_ for part in form.fields if part.embedded)
        elif isinstance(form, Interface):
            found.update(interface_methods(types, current) or ())
    return frozenset(found)


def declared_methods(declared: TypeName) -> Mapping[str, Function]:
    """The methods declared on a type, by name; local types have none."""
    if declared.scope is not None:
        return {}
    return declared.file.package.methods.get(declared.name, {})


def method_signature(types: Types, type_: Named, method: Function) -> Signature:
    """A method's signature, its receiver's type arguments put in."""
    signature = typexprs.function_signature(types, method)
    if not type_.arguments:
        return signature
    declared = type_.declared
    parameters = typexprs.type_parameters(
        types, typexprs.file_scope(declared.file), declared.spec.type_params, declared.id
    )
    return substitute_signature(signature, dict(zip(parameters, type_.arguments, strict=False)))


def _declarer(types: Types, type_: Type, name: str) -> tuple[Type, Signature] | None:
    """The interface that declares a method itself: `type_`, or one that it embeds."""
    for holder, form in _embedded_forms(types, type_):
        for method, signature in form.methods if isinstance(form, Interface) else ():
            if method == name:
                return holder, signature
    return None


Methods = dict[str, tuple[Type, Signature]]  # by name: the interface that declares it, signature


def interface_methods(types: Types, type_: Type) -> Methods | None:
    """All methods an interface asks for.

    None where a part of it cannot be told.
    """
    methods: Methods = {}
    for holder, form in _embedded_forms(types, type_):
        if not isinstance(form, Interface):
            return None
        for name, signature in form.methods:
            methods.setdefault(name, (holder, signature))
    return methods


def _embedded_forms(types: Types, type_: Type) -> Iterator[tuple[Type, Type]]:
    """Yield an interface and those it embeds, each once, with their underlying types."""
    pending, seen = [type_], set[Type]()
    while pending and len(seen) < _EMBEDDED:
        holder = pending.pop()
        if holder not in seen:
            seen.add(holder)
            form = underlying(types, holder)
            yield holder, form
            pending.extend(reversed(form.embeds) if isinstance(form, Interface) else ())


def implements(types: Types, type_: Type, interface: Type) -> bool:
    """Say whether a type's method set covers an interface's.

    See https://go.dev/ref/spec#Implementing_an_interface.
    """
    wanted = interface_methods(types, interface)
    return wanted is not None and covers(types, type_, wanted)


def covers(types: Types, type_: Type, wanted: Methods) -> bool:
    """Say whether a type's method set has the methods that an interface asks for."""
    return all(
        _has(types, type_, name, signature, owner) for name, (owner, signature) in wanted.items()
    )


def _has(types: Types, type_: Type, name: str, wanted: Signature, owner: Type) -> bool:
    selection = select(types, type_, name)
    if selection is None or selection.kind == "field" or selection.type_ != wanted:
        return False
    if not name[:1].isupper() and package_of(owner) != package_of(selection.owner):
        return False
    if selection.function is None or not selection.function.pointer:
        return True
    return selection.indirect


def package_of(type_: Type) -> str:
    """The import path of the package that declares a type; empty for unnamed ones."""
    base = type_.elem if isinstance(type_, Pointer) else type_
    return base.declared.file.package.path if isinstance(base, Named) else ""


def is_interface(types: Types, type_: Type) -> bool:
    """Say whether values of this type are called through their dynamic type."""
    if isinstance(type_, Basic):
        return type_.name == "error"
    if isinstance(type_, Named) and isinstance(type_.declared.spec.type_, go.StructType):
        return False  # told without its fields, of which a large tree has a hundred thousand
    return isinstance(underlying(types, type_), Interface) and not isinstance(type_, TypeParam)


def _embeds_nothing(type_: Type) -> bool:
    """Say whether a type is declared as a struct whose fields all have names."""
    form = type_.declared.spec.type_ if isinstance(type_, Named) else None
    return isinstance(form, go.StructType) and all(part.names for part in form.fields)


def interface_method_id(selection: Selection) -> str:
    """`(import/path.Iface).M`, Iface being the interface that declares M, without its arguments."""
    match selection.owner:
        case Interface():
            owner = "interface"
        case Named(declared):
            owner = declared.id
        case other:
            owner = text(other)
    return f"({owner}).{selection.name}"


def owner_name(type_: Type) -> str:
    """The name under which a struct's fields are followed; unnamed structs share none.

    The same in each process, since what is kept of one package meets what another run resolves.
    """
    if isinstance(type_, Named):
        return type_.declared.id
    return f"struct#{sha256(model.spelled(type_).encode()).hexdigest()[:16]}"
