"""Which device nodes the members of a group may use: the devices controller of version 1.

A group starts with the rules of the group above; what a group above forbids stays forbidden.
Not modelled: rules taken back above do not vanish from the lists below.
"""

import errno
from dataclasses import dataclass, field

from tracer.minidocker.kernel.cgroups.group import Cgroup
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.processes import Process

LETTERS = "rwm"


@dataclass(frozen=True)
class Rule:
    """Some access to some devices."""

    kind: str  # b or c
    major: str  # a number or *
    minor: str
    access: str

    def __str__(self) -> str:
        """Write it as devices.list does."""
        return f"{self.kind} {self.major}:{self.minor} {self.access}"

    def covers(self, other: "Rule") -> bool:
        """Say whether this rule holds for all that the other one names."""
        same = self.kind == other.kind
        numbers = all(
            own in ("*", its) for own, its in ((self.major, other.major), (self.minor, other.minor))
        )
        return same and numbers and {*other.access} <= {*self.access}

    def touches(self, other: "Rule") -> bool:
        """Say whether this rule holds for any of what the other one names."""
        numbers = all(
            "*" in (own, its) or own == its
            for own, its in ((self.major, other.major), (self.minor, other.minor))
        )
        return self.kind == other.kind and numbers and bool({*other.access} & {*self.access})


@dataclass
class Rules:
    """What is allowed: everything but the exceptions, or nothing but the exceptions."""

    everything: bool = True
    exceptions: list[Rule] = field(default_factory=list)

    def allows(self, asked: Rule) -> bool:
        """Say whether all that is asked for is allowed."""
        if self.everything:
            return not any(each.touches(asked) for each in self.exceptions)
        return any(each.covers(asked) for each in self.exceptions)

    def change(self, rule: Rule | None, *, allow: bool) -> None:
        """Allow or deny more; None stands for everything."""
        if rule is None:
            self.everything, self.exceptions = allow, []
        elif allow == self.everything:
            self._subtract(rule)
        else:
            self._add(rule)

    def copy(self) -> "Rules":
        """Start a group below with the same rules."""
        return Rules(self.everything, list(self.exceptions))

    def __str__(self) -> str:
        """Write the list; a group that may everything but some things says only the former."""
        return "a *:* rwm\n" if self.everything else "".join(f"{e}\n" for e in self.exceptions)

    def _add(self, rule: Rule) -> None:
        known = [each for each in self.exceptions if _device(each) == _device(rule)]
        access = {letter for each in (rule, *known) for letter in each.access}
        merged = Rule(*_device(rule), "".join(each for each in LETTERS if each in access))
        position = self.exceptions.index(known[0]) if known else len(self.exceptions)
        self.exceptions[position : position + len(known)] = [merged]

    def _subtract(self, rule: Rule) -> None:
        kept = []
        for each in self.exceptions:
            if _device(each) == _device(rule):
                left = "".join(letter for letter in each.access if letter not in rule.access)
                each = Rule(*_device(each), left)  # noqa: PLW2901
            if each.access:
                kept.append(each)
        self.exceptions = kept


class DeviceGroup(Cgroup):
    """A group with rules about devices."""

    devices: "Devices"


class Devices:
    """The devices controller of one group."""

    def __init__(self, group: Cgroup, above: "Devices | None") -> None:
        self.group, self.above = group, above
        self.rules: Rules = above.rules.copy() if above else Rules()

    def allows(self, asked: Rule) -> bool:
        """Say whether this group and all above it allow what is asked for."""
        return self.rules.allows(asked) and (self.above is None or self.above.allows(asked))

    def order(self, text: str, *, allow: bool) -> None:
        """Read an order: `a`, or `c 1:3 rwm` with * for any number."""
        rule = parse_rule(text)
        if rule is None and len(self.group.groups()) > 1:
            raise KernelError(errno.EINVAL)  # the groups below would keep what they have
        if allow and self.above and not self._above_allows(rule):
            raise KernelError(errno.EPERM)
        self.rules.change(rule, allow=allow)

    def _above_allows(self, rule: Rule | None) -> bool:
        assert self.above  # the caller has looked
        if rule is None:
            return self.above.rules.everything and not self.above.rules.exceptions
        return self.above.allows(rule)


def parse_rule(text: str) -> Rule | None:
    """Read a rule; None stands for all devices, EINVAL for nonsense."""
    if text.startswith("a"):
        return None
    kind, _, rest = text.partition(" ")
    numbers, _, access = rest.partition(" ")
    major, colon, minor = numbers.partition(":")
    valid = kind in ("b", "c") and colon and access and {*access} <= {*LETTERS}
    if not valid or not all(each == "*" or each.isdecimal() for each in (major, minor)):
        raise KernelError(errno.EINVAL)
    return Rule(kind, major, minor, "".join(each for each in LETTERS if each in access))


def check(process: Process, device: str, access: str) -> None:
    """Refuse what the group of a process forbids to do with a device, as in "c 1:3"."""
    group = process.cgroups.get("devices")
    rule = parse_rule(f"{device} {access}") if device else None
    if rule and isinstance(group, DeviceGroup) and not group.devices.allows(rule):
        raise KernelError(errno.EPERM)


def _device(rule: Rule) -> tuple[str, str, str]:
    return rule.kind, rule.major, rule.minor
