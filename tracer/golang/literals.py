"""What a literal holds: https://go.dev/ref/spec#String_literals and #Composite_literals."""

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def unquote(literal: str) -> str:
    """A string's value; an escape by number stays as it is written."""
    if literal[:1] == "`" or "\\" not in literal:
        return literal[1:-1]
    out, escaped = [], False
    for character in literal[1:-1]:
        if escaped:
            out.append(_ESCAPES.get(character, character))
        elif character != "\\":
            out.append(character)
        escaped = character == "\\" and not escaped
    return "".join(out)


def is_table(literal: bytes) -> bool:
    """Say whether the braces of a literal hold many numbers, and nothing else but comments."""
    return len(literal) > _LONG and _NUMBERS.fullmatch(literal) is not None


_LONG = 200  # bytes; what is shorter is read soon enough
_NUMBERS = re.compile(rb"(?:[\s{},:-]++|\d[\w.]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
