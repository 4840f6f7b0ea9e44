"""The forms a type takes.  Values: frozen, compared by content; declared types by identity.

See https://go.dev/ref/spec#Types.
"""

import msgspec

from tracer.golang.packages import TypeName
from tracer.golang.syntax import tag


class Form(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=tag):
    """What all of them have in common: how they are kept."""


class Unknown(Form, frozen=True):
    """A type that cannot be told, and why; never an exception."""

    reason: str


class Basic(Form, frozen=True):
    """A predeclared type, `untyped …` for constants; `byte` is `uint8`, `rune` is `int32`."""

    name: str


class Named(Form, frozen=True):
    """A defined type, with its type arguments where it is generic."""

    declared: TypeName
    arguments: tuple["Type", ...] = ()


class TypeParam(msgspec.Struct, eq=False, array_like=True, tag=tag):
    """A type parameter; `constraint` is an interface, which may name the parameter itself."""

    name: str
    owner: str  # tells the T of one function from the T of another
    constraint: "Type"

    def __eq__(self, other: object) -> bool:
        """Compare by name and owner: the constraint follows from them, and may be endless."""
        return (
            isinstance(other, TypeParam) and self.name == other.name and self.owner == other.owner
        )

    def __hash__(self) -> int:
        """Agree with what is equal."""
        return hash((self.name, self.owner))

    def __repr__(self) -> str:
        """Leave out the constraint."""
        return f"TypeParam({self.name!r}, {self.owner!r})"


class Pointer(Form, frozen=True):
    """`*elem`."""

    elem: "Type"


class Slice(Form, frozen=True):
    """`[]elem`."""

    elem: "Type"


class Array(Form, frozen=True):
    """`[n]elem`; the length does not matter here."""

    elem: "Type"


class Map(Form, frozen=True):
    """`map[key]elem`."""

    key: "Type"
    elem: "Type"


class Chan(Form, frozen=True):
    """`chan elem`."""

    elem: "Type"


class StructField(Form, frozen=True):
    """One field of a struct."""

    name: str
    type_: "Type"
    embedded: bool


class Struct(Form, frozen=True):
    """`struct {…}`."""

    fields: tuple[StructField, ...]


class Signature(Form, frozen=True):
    """`func(params) results`; the last parameter of a variadic one is a slice."""

    params: tuple["Type", ...]
    results: tuple["Type", ...]
    variadic: bool = False
    type_params: tuple[TypeParam, ...] = ()


class Interface(Form, frozen=True):
    """`interface {…}`: methods declared here, interfaces embedded, unions of a constraint."""

    methods: tuple[tuple[str, Signature], ...]
    embeds: tuple["Type", ...] = ()
    unions: tuple["Type", ...] = ()


class Tuple(Form, frozen=True):
    """The results of a call that has none or several."""

    types: tuple["Type", ...]


Type = (
    Unknown
    | Basic
    | Named
    | TypeParam
    | Pointer
    | Slice
    | Array
    | Map
    | Chan
    | Struct
    | Signature
    | Interface
    | Tuple
)


def text(type_: Type) -> str:
    """A type as Go writes it, declared names with their full import path."""
    match type_:
        case Unknown():
            return "?"
        case Basic(name):
            return name
        case Named(declared, arguments):
            return declared.id + (f"[{_list(arguments)}]" if arguments else "")
        case TypeParam(name):
            return name
        case Pointer(elem):
            return f"*{text(elem)}"
        case Slice(elem):
            return f"[]{text(elem)}"
        case Array(elem):
            return f"[...]{text(elem)}"
        case Map(key, elem):
            return f"map[{text(key)}]{text(elem)}"
        case Chan(elem):
            return f"chan {text(elem)}"
        case Struct():
            return "struct{…}" if type_.fields else "struct{}"
        case Signature(params, results, variadic):
            tail = f" ({_list(results)})" if len(results) > 1 else f" {_list(results)}"
            given = [*map(text, params)]
            if variadic:
                given[-1] = given[-1].replace("[]", "...", 1)
            return f"func({', '.join(given)}){tail if results else ''}"
        case Interface(methods, embeds):
            inside = "; ".join([n + text(s).removeprefix("func") for n, s in methods])
            return (
                "interface{" + "; ".join(filter(None, [inside, *(text(e) for e in embeds)])) + "}"
            )
        case Tuple(types):
            return f"({_list(types)})"


def spelled(type_: Type) -> str:
    """A type, and what the structs in it hold, where `text` leaves them out."""
    found: list[str] = []
    pending = [type_]
    for part in pending:  # grows with what is inside
        fields = [(f.name, f.embedded) for f in part.fields] if isinstance(part, Struct) else ""
        found.append(f"{text(part)}{fields}")
        pending.extend(_parts(part))
    return " ".join(found)


def _list(types: tuple[Type, ...]) -> str:
    return ", ".join(text(t) for t in types)


_PARTS, _LEVELS = 10_000, 100  # of a type that anybody reads


def bounded(type_: Type) -> Type:
    """The type itself, or Unknown where it has more parts or levels than anybody reads.

    `type A = struct{x, y B}` and `p := &q` make types grow without deep syntax, twofold or level by
    level; what compares and prints them looks at every part.
    """
    pending = [(type_, 0)]
    for count, (current, level) in enumerate(pending):
        if count > _PARTS or level > _LEVELS:
            return Unknown("a type of too many parts")
        pending.extend([(part, level + 1) for part in _parts(current)])
    return type_


def _parts(type_: Type) -> tuple[Type, ...]:
    match type_:
        case Pointer(elem) | Slice(elem) | Array(elem) | Chan(elem):
            return (elem,)
        case Map(key, elem):
            return (key, elem)
        case Named(_, parts) | Tuple(parts):
            return parts
        case Struct(fields):
            return tuple([f.type_ for f in fields])
        case Signature(params, results):
            return (*params, *results)
        case Interface(methods, embeds, unions):
            return (*(s for _, s in methods), *embeds, *unions)
        case _:
            return ()


def behind(type_: Type) -> Type:
    """The type behind one pointer, or the type itself."""
    return type_.elem if isinstance(type_, Pointer) else type_
