"""User namespaces: which numbers users have inside, and who is master of whom.

The kernel itself counts users as the first namespace does; only what a program reads or writes
goes through the maps.
Not modelled: project ids.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass, field

from tracer.minidocker.kernel.errors import KernelError

NOBODY = 65534  # what a number that is not mapped looks like
EVERYBODY = 2**32 - 1
MOST_LINES = 340


@dataclass(frozen=True)
class Extent:
    """A run of numbers: `length` of them, from `inside` in here and from `outside` in the outer."""

    inside: int
    outside: int
    length: int


@dataclass
class IdMap:
    """The numbers of users (or groups) of one namespace."""

    extents: tuple[Extent, ...] = ()

    def outward(self, number: int) -> int | None:
        """Say what a number of this namespace is in the outer one."""
        for each in self.extents:
            if each.inside <= number < each.inside + each.length:
                return each.outside + number - each.inside
        return None

    def inward(self, number: int) -> int | None:
        """Say what a number of the outer namespace is in this one."""
        for each in self.extents:
            if each.outside <= number < each.outside + each.length:
                return each.inside + number - each.outside
        return None


@dataclass(eq=False)
class UserNamespace:
    """A set of users of whom number 0 may everything, in here."""

    number: int
    outer: "UserNamespace | None" = None
    owner: int = 0  # the user who made it
    may_setgroups: bool = True
    maps: dict[str, IdMap] = field(default_factory=lambda: {"uid": IdMap(), "gid": IdMap()})

    @classmethod
    def first(cls) -> "UserNamespace":
        """Make the one that the machine starts with, where all numbers mean themselves."""
        everybody = (Extent(0, 0, EVERYBODY),)
        return cls(0, maps={"uid": IdMap(everybody), "gid": IdMap(everybody)})

    def lineage(self) -> list["UserNamespace"]:
        """List this namespace and all outer ones."""
        return [self, *(self.outer.lineage() if self.outer else [])]

    def to_kernel(self, kind: str, number: int) -> int:
        """Turn a number of this namespace into the kernel's own; EINVAL if there is none."""
        for namespace in self.lineage():
            found = namespace.maps[kind].outward(number)
            if found is None:
                raise KernelError(errno.EINVAL)
            number = found
        return number

    def find(self, kind: str, number: int) -> int | None:
        """Find a number of the kernel in this namespace."""
        found: int | None = number
        for namespace in reversed(self.lineage()):
            if found is not None:
                found = namespace.maps[kind].inward(found)
        return found

    def shown(self, kind: str, number: int) -> int:
        """Turn a number of the kernel into what programs in this namespace see."""
        found = self.find(kind, number)
        return NOBODY if found is None else found

    def write_map(self, kind: str, text: str) -> None:
        """Set a map, which can be done once."""
        if self.maps[kind].extents:
            raise KernelError(errno.EPERM)
        self.maps[kind].extents = tuple(parse_map(text))

    def read_map(self, kind: str) -> str:
        """Write a map as /proc shows it."""
        return "".join(
            f"{each.inside:>10} {each.outside:>10} {each.length:>10}\n"
            for each in self.maps[kind].extents
        )


def parse_map(text: str) -> Iterator[Extent]:
    """Read lines of three numbers that do not overlap; else EINVAL."""
    found: list[Extent] = []
    for line in text.splitlines():
        words = line.split()
        if len(words) != 3 or not all(word.isdecimal() for word in words):  # noqa: PLR2004
            raise KernelError(errno.EINVAL)
        extent = Extent(*map(int, words))
        if extent.length == 0 or any(_overlap(extent, each) for each in found):
            raise KernelError(errno.EINVAL)
        found.append(extent)
    if not 0 < len(found) <= MOST_LINES:
        raise KernelError(errno.EINVAL)
    return iter(found)


def _overlap(one: Extent, other: Extent) -> bool:
    inside = one.inside < other.inside + other.length and other.inside < one.inside + one.length
    outside = (
        one.outside < other.outside + other.length and other.outside < one.outside + one.length
    )
    return inside or outside
