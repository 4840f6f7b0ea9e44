"""Words of an iptables command ↔ a rule of the packet filter."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from tracer.minidocker.kernel.netfilter import VERDICTS, Match, Rule, Table

WORDS = {  # field -> how it is asked for; the first is how it is written
    "source": ("-s", "--source", "--src"),
    "destination": ("-d", "--destination", "--dst"),
    "in": ("-i", "--in-interface"),
    "out": ("-o", "--out-interface"),
    "protocol": ("-p", "--protocol"),
    "sport": ("--sport", "--source-port"),
    "dport": ("--dport", "--destination-port"),
    "ctstate": ("--ctstate",),
    "state": ("--state",),
    "src-type": ("--src-type",),
    "dst-type": ("--dst-type",),
}
OPTIONS = {word: field for field, words in WORDS.items() for word in words}
ARGUMENTS = {"--to-destination": "DNAT", "--reject-with": "REJECT"}  # option -> its target
MODULES = {  # field -> what knows of it, if not iptables itself
    "sport": "port",
    "dport": "port",
    "ctstate": "conntrack",
    "state": "state",
    "src-type": "addrtype",
    "dst-type": "addrtype",
}
NUMBERS = {"0": "all", "1": "icmp", "6": "tcp", "17": "udp"}
MISPLACED = {"in": ("OUTPUT", "POSTROUTING"), "out": ("INPUT", "PREROUTING")}


class RuleError(Exception):
    """These words are no rule."""


def read(words: list[str]) -> Rule:
    """Read the part of a command line that describes a rule; uses the words up."""
    matches: dict[str, Match] = {}
    target = argument = ""
    while words:
        word, value, inverted = _option(words)
        if word in OPTIONS:
            field = OPTIONS[word]
            if field in matches:
                raise RuleError(f"{word} twice")
            matches[field] = Match(field, _normal(field, value), inverted)
        elif word in ("-j", "--jump"):
            target = value
        elif word in ARGUMENTS:
            argument = value
        elif word not in ("-m", "--match"):
            raise RuleError(f"unknown option {word}")
    if target == "REJECT":
        argument = argument or "icmp-port-unreachable"
    return Rule(tuple(_sorted(matches)), target, argument)


def _option(words: list[str]) -> tuple[str, str, bool]:
    """Take an option, its value, and whether a `!` turns it round."""
    word = words.pop(0)
    inverted = word == "!" and bool(words)
    if inverted:
        word = words.pop(0)
    if not words:
        raise RuleError(f"{word} needs a value")
    return word, words.pop(0), inverted


def check(rule: Rule, chain: str, table: Table) -> None:
    """Refuse what no kernel could be asked for, and to drop in a table that only translates."""
    fields = {each.field for each in rule.matches}
    ported = fields & {"sport", "dport"} or (rule.target == "DNAT" and ":" in rule.argument)
    protocols = {each.value for each in rule.matches if each.field == "protocol"}
    if ported and not protocols & {"tcp", "udp"}:
        raise RuleError("a port without -p tcp or -p udp")
    for field, chains in MISPLACED.items():
        if field in fields and chain in chains:
            raise RuleError(f"{WORDS[field][0]} makes no sense in {chain}")
    if rule.target and rule.target not in VERDICTS and rule.target not in table:
        raise RuleError(f"no target {rule.target}")
    if rule.target == "DROP" and "PREROUTING" in table:
        raise RuleError("DROP belongs into the table filter")
    if rule.target == "DNAT" and not rule.argument:
        raise RuleError("DNAT needs --to-destination")


def write(rule: Rule) -> str:
    """Write a rule as the words that make it (iptables -S)."""
    words = list[str]()
    for field, group in _grouped(rule):
        protocol = next((each.value for each in rule.matches if each.field == "protocol"), "")
        if field == "port":
            words += ["-m", protocol]
        elif field in MODULES.values():
            words += ["-m", field]
        for each in group:
            words += [*(["!"] if each.inverted else []), WORDS[each.field][0], each.value]
    words += ["-j", rule.target] if rule.target else []
    words += [option for option, target in ARGUMENTS.items() if target == rule.target]
    return " ".join([*words, rule.argument]).strip()


def list_(rule: Rule) -> str:
    """Write a rule as a line of a table (iptables -L -n)."""
    known = {each.field: each for each in rule.matches}
    protocol = known.get("protocol", Match("protocol", "all"))
    ends = ""
    for field in ("source", "destination"):
        end = known.get(field, Match(field, "0.0.0.0/0"))
        ends += f"{'!' if end.inverted else ' '}{end.value.removesuffix('/32'):<19} "
    sign = "!" if protocol.inverted else " "
    line = f"{rule.target:<9} {sign}{protocol.value:<4} -- {ends}"
    return line + "".join(f" {each}" for each in _extras(rule, protocol.value))


def _extras(rule: Rule, protocol: str) -> Iterator[str]:
    for field, group in _grouped(rule):
        values = [f"{'!' if each.inverted else ''}{each.value}" for each in group]
        match field:
            case "port":
                ports = (_list_port(each) for each in group)
                yield f"{protocol} {' '.join(ports)}"
            case "conntrack" | "state":
                yield f"{group[0].field} {values[0]}"
            case "addrtype":
                kinds = (f"{each.field} {value}" for each, value in zip(group, values, strict=True))
                yield f"ADDRTYPE match {' '.join(kinds)}"
            case _:
                pass  # shown in columns
    if rule.target == "DNAT":
        yield f"to:{rule.argument}"
    elif rule.target == "REJECT":
        yield f"reject-with {rule.argument}"


def _list_port(match: Match) -> str:
    name = f"{match.field[0]}pt{'s' if ':' in match.value else ''}"
    return f"{name}:{'!' if match.inverted else ''}{match.value}"


def _grouped(rule: Rule) -> list[tuple[str, list[Match]]]:
    """Put the matches of one module together."""
    groups: dict[str, list[Match]] = {}
    for each in rule.matches:
        groups.setdefault(_module(each), []).append(each)
    return list(groups.items())


def _sorted(matches: dict[str, Match]) -> list[Match]:
    """Put the matches in the order in which iptables keeps them: its own first, then by module."""
    everything = ("0.0.0.0/0", "all")
    wanted = [each for each in matches.values() if each.value not in everything or each.inverted]
    modules = list(dict.fromkeys(_module(each) for each in wanted))
    own = [each for each in WORDS if each not in MODULES]

    def place(match: Match) -> tuple[int, int]:
        first = -1 if match.field in own else modules.index(_module(match))
        return first, list(WORDS).index(match.field)

    return sorted(wanted, key=place)


def _module(match: Match) -> str:
    return MODULES.get(match.field, match.field)


def _normal(field: str, value: str) -> str:
    """Write a value in the one form in which it is compared."""
    match field:
        case "source" | "destination":
            return _network(value)
        case "protocol":
            return NUMBERS.get(value, value.lower())
        case "sport" | "dport" if not re.fullmatch(r"\d+(:\d+)?", value):
            raise RuleError(f"{value} is no port")
        case _:
            return value


def _network(value: str) -> str:
    address, _, length = value.partition("/")
    numbers = address.split(".")
    try:
        padded = ".".join([*numbers, *["0"] * (4 - len(numbers))])
        return str(IPv4Network(f"{padded}/{length or 32}", strict=False))
    except ValueError:
        raise RuleError(f"{value} is no address") from None
