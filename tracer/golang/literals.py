"""The value of a literal: https://go.dev/ref/spec#String_literals."""

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
