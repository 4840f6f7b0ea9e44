"""Dataclasses as JSON objects, with names spelled as Go spells fields, as encoding/json does."""

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

Value = TypeVar("Value")
WORDS = {"id": "ID"}  # Go writes these in capitals


def marshal(value: Any) -> dict[str, Any]:
    """Turn a dataclass into an object: `cpu_shares` is CpuShares."""
    known = {each.name: getattr(value, each.name) for each in fields(value)}
    return {_spell(name): _plain(each) for name, each in known.items()}


def unmarshal(kind: type[Value], values: dict[str, Any]) -> Value:
    """Make a dataclass of what an object says; names that it does not have are passed over.

    A field that holds dataclasses says in its metadata of which kind (`of`) they are.
    """
    found: dict[str, Any] = {}
    for each in fields(kind):  # type: ignore[arg-type]  # what is no dataclass has no fields
        given = values.get(_spell(each.name))
        inner = each.metadata.get("of")
        if inner and isinstance(given, list):
            given = [unmarshal(inner, one) for one in given]
        elif inner and given is not None:
            given = unmarshal(inner, given)
        if given is not None:
            found[each.name] = given
    return kind(**found)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return marshal(value) if is_dataclass(value) else value


def _spell(name: str) -> str:
    return "".join(WORDS.get(word, word.capitalize()) for word in name.split("_"))
