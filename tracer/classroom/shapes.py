"""What was read from a file has the types that its dataclass says, or it is refused."""

from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Read = TypeVar("Read")


def checked(value: Read) -> Read:
    """The dataclass itself; what its fields hold is looked at, not what is in other dataclasses.

    Raises:
        TypeError: a field holds something else than it is declared to.

    """
    form: Any = type(value)
    hints = _hints(form)
    for each in fields(value):  # type: ignore[arg-type]
        if not _fits(getattr(value, each.name), hints[each.name]):
            raise TypeError(f"{each.name} is not {hints[each.name]}")
    return value


@cache
def _hints(form: Any) -> dict[str, Any]:
    return get_type_hints(form)


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any:
        return True
    if isinstance(hint, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    inside, form = get_args(hint), get_origin(hint) or hint
    if type(value) is not form:  # `True` is no number here
        return False
    if form is tuple and inside[-1] is not Ellipsis:
        return len(value) == len(inside) and all(map(_fits, value, inside))
    if form in {tuple, list}:
        return all(_fits(each, inside[0]) for each in value)
    return True
