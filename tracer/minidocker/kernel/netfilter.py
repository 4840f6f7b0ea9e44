"""Packet filter tables: an ordered list of rules decides what becomes of a packet.

A table holds chains; a chain holds rules and, if it is built in, a policy for what no rule decided.
A rule is a conjunction of matches and a target. A program reads a whole table, edits its copy and
replaces the table, as iptables(8) does: the kernel checks the whole and takes all of it or nothing.

Not modelled: the tables mangle, raw and security, counters, logging, IPv6.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from tracer.minidocker.kernel.errors import KernelError

BUILT_IN = {
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
}
FINAL = ("ACCEPT", "DROP", "RETURN")
POLICIES = ("ACCEPT", "DROP")
TARGETS = {  # target -> (table, hooks) from which alone it may be reached
    "REJECT": ("filter", BUILT_IN["filter"]),
    "DNAT": ("nat", ("PREROUTING", "OUTPUT")),
    "MASQUERADE": ("nat", ("POSTROUTING",)),
}
VERDICTS = frozenset({*FINAL, *TARGETS})


@dataclass(frozen=True)
class Packet:
    """The head of a packet."""

    protocol: str  # tcp, udp or icmp
    source: str
    sport: int
    destination: str
    dport: int
    ttl: int = 64

    def reversed(self) -> "Packet":
        """Make the answer to it."""
        return Packet(self.protocol, self.destination, self.dport, self.source, self.sport)

    def __str__(self) -> str:
        ends = f"{self.source}:{self.sport} → {self.destination}:{self.dport}"
        return f"{self.protocol} {ends}"


@dataclass(frozen=True)
class Seen:
    """A packet at one place on its way, as rules see it."""

    packet: Packet
    state: str  # NEW or ESTABLISHED
    arrived_on: str = ""  # interface
    leaves_on: str = ""
    local: tuple[IPv4Network, ...] = ()  # the addresses of this host


@dataclass(frozen=True)
class Match:
    """One condition of a rule."""

    field: str  # source, destination, in, out, protocol, sport, dport, (ct)state, (src|dst)-type
    value: str
    inverted: bool = False

    def holds(self, seen: Seen) -> bool:
        """Say whether the packet meets the condition."""
        return self._holds(seen) is not self.inverted

    def _holds(self, seen: Seen) -> bool:
        packet = seen.packet
        match self.field:
            case "source" | "destination":
                address = packet.source if self.field == "source" else packet.destination
                return IPv4Address(address) in IPv4Network(self.value)
            case "in" | "out":
                name = seen.arrived_on if self.field == "in" else seen.leaves_on
                whole = not self.value.endswith("+")
                return name == self.value if whole else name.startswith(self.value[:-1])
            case "protocol":
                return self.value in ("all", packet.protocol)
            case "sport" | "dport":
                low, _, high = self.value.partition(":")
                port = packet.sport if self.field == "sport" else packet.dport
                return (
                    int(low or 0) <= port <= int(high or (low if ":" not in self.value else 65535))
                )
            case "ctstate" | "state":
                return seen.state in self.value.split(",")
            case _:
                address = packet.source if self.field == "src-type" else packet.destination
                return any(IPv4Address(address) in each for each in seen.local)


@dataclass(frozen=True)
class Rule:
    """If all matches hold, do what the target says; without a target only count."""

    matches: tuple[Match, ...] = ()
    target: str = ""  # a verdict or the name of a chain
    argument: str = ""  # of DNAT: address and port; of REJECT: the answer

    def holds(self, seen: Seen) -> bool:
        """Say whether all matches hold."""
        return all(each.holds(seen) for each in self.matches)


@dataclass(frozen=True)
class Chain:
    """Rules in order; only a chain that is built in has a policy."""

    rules: tuple[Rule, ...] = ()
    policy: str = ""


Table = dict[str, Chain]


@dataclass(frozen=True)
class Decision:
    """What a table says to a packet, and which rules it came past."""

    target: str
    argument: str
    because: tuple[tuple[str, Rule | None], ...]  # chain and the rule that held; None: its policy


def new_tables() -> dict[str, Table]:
    """Make tables that let everything pass."""
    return {
        name: {hook: Chain(policy="ACCEPT") for hook in hooks} for name, hooks in BUILT_IN.items()
    }


def decide(table: Table, hook: str, seen: Seen) -> Decision:
    """Take a packet through a built-in chain and those it jumps to."""
    because: list[tuple[str, Rule | None]] = []
    rule = _traverse(table, hook, seen, because)
    if rule is None or rule.target == "RETURN":
        return Decision(table[hook].policy, "", (*because, (hook, None)))
    return Decision(rule.target, rule.argument, tuple(because))


def check(name: str, table: Table) -> None:
    """Refuse a table that a packet could get lost in."""
    if any(hook not in table or table[hook].policy not in POLICIES for hook in BUILT_IN[name]):
        raise KernelError(errno.EINVAL)
    for rule in (rule for chain in table.values() for rule in chain.rules):
        home, _ = TARGETS.get(rule.target, (name, ()))
        jumps = bool(rule.target) and rule.target not in VERDICTS
        if home != name or (jumps and not _is_own(table, rule.target)):
            raise KernelError(errno.EINVAL)
    for hook in BUILT_IN[name]:
        for rule in _reach(table, hook):
            _, hooks = TARGETS.get(rule.target, (name, BUILT_IN[name]))
            if hook not in hooks:
                raise KernelError(errno.EINVAL)


def merged(table: Table, chain: str, rules: tuple[Rule, ...]) -> Table:
    """Return the table with other rules in one chain."""
    return {**table, chain: replace(table[chain], rules=rules)}


def _traverse(
    table: Table, chain: str, seen: Seen, because: list[tuple[str, Rule | None]]
) -> Rule | None:
    for rule in table[chain].rules:
        if not rule.target or not rule.holds(seen):
            continue
        because.append((chain, rule))
        if rule.target in VERDICTS:
            return rule
        inner = _traverse(table, rule.target, seen, because)
        if inner and inner.target != "RETURN":
            return inner
    return None


def _is_own(table: Table, chain: str) -> bool:
    return chain in table and not table[chain].policy


def _reach(table: Table, chain: str, above: tuple[str, ...] = ()) -> Iterator[Rule]:
    """List the rules that a packet can come to, and refuse to jump in a circle."""
    if chain in above:
        raise KernelError(errno.ELOOP)
    for rule in table[chain].rules:
        yield rule
        if rule.target and rule.target not in VERDICTS:
            yield from _reach(table, rule.target, (*above, chain))
        if not rule.matches and rule.target in FINAL:
            return
