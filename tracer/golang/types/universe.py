"""What every Go file sees without declaring it: https://go.dev/ref/spec#Predeclared_identifiers."""

import msgspec

from tracer.golang.types.model import Basic, Interface, Signature, Type

BOOL, INT, STRING = Basic("bool"), Basic("int"), Basic("string")
UNTYPED_INT, UNTYPED_FLOAT = Basic("untyped int"), Basic("untyped float")
UNTYPED_RUNE, UNTYPED_STRING = Basic("untyped rune"), Basic("untyped string")
UNTYPED_BOOL, UNTYPED_NIL = Basic("untyped bool"), Basic("untyped nil")
EMPTY = Interface(())
ERROR_METHODS = (("Error", Signature((), (STRING,))),)

_DEFAULTS: dict[Type, Type] = {
    UNTYPED_INT: INT,
    UNTYPED_FLOAT: Basic("float64"),
    Basic("untyped complex"): Basic("complex128"),
    UNTYPED_RUNE: Basic("int32"),
    UNTYPED_STRING: STRING,
    UNTYPED_BOOL: BOOL,
}
LITERALS = {
    "INT": UNTYPED_INT,
    "FLOAT": UNTYPED_FLOAT,
    "IMAG": Basic("untyped complex"),
    "CHAR": UNTYPED_RUNE,
    "STRING": UNTYPED_STRING,
}


class Builtin(msgspec.Struct, frozen=True):
    """A builtin function."""

    name: str


_BASIC = (
    *("bool", "string", "int", "int8", "int16", "int32", "int64"),
    *("uint", "uint8", "uint16", "uint32", "uint64", "uintptr"),
    *("float32", "float64", "complex64", "complex128", "error"),
)
TYPES: dict[str, Type] = {
    **{name: Basic(name) for name in _BASIC},
    "byte": Basic("uint8"),
    "rune": Basic("int32"),
    "any": EMPTY,
    "comparable": EMPTY,
}

CONSTANTS: dict[str, Type] = {
    "true": UNTYPED_BOOL,
    "false": UNTYPED_BOOL,
    "iota": UNTYPED_INT,
    "nil": UNTYPED_NIL,
}
BUILTINS = {
    name: Builtin(name)
    for name in (
        *("append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len"),
        *("make", "max", "min", "new", "panic", "print", "println", "real", "recover"),
    )
}


def default(type_: Type) -> Type:
    """The type an untyped constant takes when nothing else tells."""
    return _DEFAULTS.get(type_, type_)
