"""Frozen values that are made by the million.

`@frozen` is a dataclass with slots whose fields the type checker keeps from being set.  At run time
nothing does: that check would take half of the time in which a value is made.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

Form = TypeVar("Form")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(form: type[Form]) -> type[Form]:
    """Make a class a value, compared and hashed by its fields."""
    made: Any = dataclass(slots=True, unsafe_hash=True)
    return made(form)  # type: ignore[no-any-return]


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def distinct(form: type[Form]) -> type[Form]:
    """Make a class a value that is only equal to itself."""
    made: Any = dataclass(slots=True, eq=False)
    return made(form)  # type: ignore[no-any-return]
