"""Which processors and memory nodes the members of a group may use: a subset of the group above."""

import errno

from tracer.minidocker.kernel.cgroups.group import Cgroup
from tracer.minidocker.kernel.errors import KernelError

MACHINE = {"cpus": frozenset({0, 1}), "mems": frozenset({0})}


class Cpuset:
    """The cpuset controller of one group; a new one may use nothing."""

    def __init__(self, group: Cgroup, above: "Cpuset | None") -> None:
        self.group = group
        self.above: Cpuset | None = above
        self.below: list[Cpuset] = []
        self.clones: bool = (
            above.clones if above else False
        )  # whether groups below begin with the same
        self.allowed = dict(MACHINE) if above is None else dict.fromkeys(MACHINE, frozenset[int]())
        if above and above.clones:
            self.allowed = dict(above.allowed)
        if above:
            above.below.append(self)

    def show(self, kind: str) -> str:
        """Write a set as ranges."""
        return f"{format_list(self.allowed[kind])}\n"

    def order(self, kind: str, text: str) -> None:
        """Change a set, between those of the groups below and of the one above."""
        asked = parse_list(text)
        if self.above is None:
            raise KernelError(errno.EACCES)
        if not asked <= MACHINE[kind]:
            raise KernelError(errno.ERANGE)
        if any(not each.group.removed and not each.allowed[kind] <= asked for each in self.below):
            raise KernelError(errno.EBUSY)
        if not asked <= self.above.allowed[kind]:
            raise KernelError(errno.EACCES)
        if not asked and self.group.members:
            raise KernelError(errno.ENOSPC)
        self.allowed[kind] = asked

    def order_clones(self, text: str) -> None:
        """Say whether new groups below begin with the same sets."""
        self.clones = text not in ("", "0")

    def check_attach(self) -> None:
        """Refuse members while there is nothing that they could run on."""
        if not all(self.allowed.values()):
            raise KernelError(errno.ENOSPC)


def parse_list(text: str) -> frozenset[int]:
    """Read `0-2,4`; EINVAL for nonsense."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise KernelError(errno.EINVAL)
        if int(last or first) < int(first):
            raise KernelError(errno.EINVAL)
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def format_list(numbers: frozenset[int]) -> str:
    """Write numbers as ranges."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
