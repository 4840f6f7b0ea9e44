"""iptables: read a table of the packet filter, change the copy, and put it back whole.

Exit status 0: done; 1: the table does not allow it (or -C: no such rule); 2: wrong words;
3: the table cannot be read. Known: -t, -A, -I, -D, -C, -N, -X, -F, -P, -L, -S, -n, -w.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.netfilter import (
    BUILT_IN,
    POLICIES,
    VERDICTS,
    Chain,
    Rule,
    Table,
    merged,
)
from tracer.minidocker.programs import iptables_rules
from tracer.minidocker.programs.iptables_rules import RuleError
from tracer.minidocker.programs.terminal import complain, say

LONG = {
    "--append": "-A",
    "--insert": "-I",
    "--delete": "-D",
    "--check": "-C",
    "--new-chain": "-N",
    "--delete-chain": "-X",
    "--flush": "-F",
    "--policy": "-P",
    "--list": "-L",
    "--list-rules": "-S",
    "--zero": "-Z",
    "--table": "-t",
    "--wait": "-w",
    "--numeric": "-n",
}
NEED_CHAIN = ("-A", "-I", "-D", "-C", "-N", "-P")
WRONG_WORDS, NO_TABLE = 2, 3


class _RefusedError(Exception):
    """The table does not allow this."""


@dataclass(frozen=True)
class _Request:
    """A command line, taken apart."""

    command: str
    chain: str  # empty: all
    table: str
    rule: Rule
    number: int  # of a rule, from 1; 0 if none was given
    policy: str


async def iptables(argv: list[str], env: dict[str, str]) -> int:
    """Read, change and replace one table."""
    del env
    try:
        request = _read(argv[1:])
        socket = syscall.socket("inet")
        try:
            table = syscall.getsockopt(socket, "IPT_SO_GET_ENTRIES", request.table)
        except KernelError as error:
            return complain("iptables", f"table {request.table}", error) * NO_TABLE
        changed = COMMANDS[request.command](request, table)
        if changed is not table:
            syscall.setsockopt(socket, "IPT_SO_SET_REPLACE", request.table, changed)
    except RuleError as error:
        return complain("iptables", error) * WRONG_WORDS
    except (_RefusedError, KernelError) as error:
        return complain("iptables", error)
    return 0


def _read(words: list[str]) -> _Request:
    """Sort the words: command and chain, table, and what describes a rule."""
    command, chain, table, policy, number, rest = "", "", "filter", "", 0, list[str]()
    while words:
        word = words.pop(0)
        word = LONG.get(word, word)
        if word in COMMANDS:
            command = word
            chain = words.pop(0) if words and words[0][0] not in "-!" else ""
            if word in ("-I", "-D") and words and words[0].isdecimal():
                number = int(words.pop(0))
            if word == "-P" and words:
                policy = words.pop(0)
        elif word == "-t" and words:
            table = words.pop(0)
        elif word not in ("-w", "-n", "-v"):
            rest.append(word)
    if not command or (command in NEED_CHAIN and not chain):
        raise RuleError("no command" if not command else f"{command} needs a chain")
    return _Request(command, chain, table, iptables_rules.read(rest), number, policy)


def _append(request: _Request, table: Table) -> Table:
    rules = _checked(request, table)
    return merged(table, request.chain, (*rules, request.rule))


def _insert(request: _Request, table: Table) -> Table:
    rules, place = _checked(request, table), (request.number or 1) - 1
    if place > len(rules):
        raise _RefusedError(f"{request.chain} has no place {request.number}")
    return merged(table, request.chain, (*rules[:place], request.rule, *rules[place:]))


def _delete(request: _Request, table: Table) -> Table:
    place = request.number - 1 if request.number else _find(request, table)
    rules = _rules(request, table)
    if place >= len(rules):
        raise _RefusedError(f"{request.chain} has no rule {request.number}")
    return merged(table, request.chain, (*rules[:place], *rules[place + 1 :]))


def _check(request: _Request, table: Table) -> Table:
    _find(request, table)
    return table


def _new_chain(request: _Request, table: Table) -> Table:
    if request.chain in VERDICTS:
        raise RuleError(f"{request.chain} is the name of a target")
    if request.chain in table:
        raise _RefusedError(f"chain {request.chain} exists")
    return {**table, request.chain: Chain()}


def _delete_chain(request: _Request, table: Table) -> Table:
    own = [name for name, chain in table.items() if not chain.policy]
    if request.chain:
        _rules(request, table)
    for name in [request.chain] if request.chain else own:
        if name not in own:
            raise _RefusedError(f"chain {name} is built in")
        if table[name].rules:
            raise _RefusedError(f"chain {name} is not empty")
        if _references(table, name):
            raise _RefusedError(f"there are rules that jump to {name}")
    gone = (request.chain,) if request.chain else tuple(own)
    return {name: chain for name, chain in table.items() if name not in gone}


def _flush(request: _Request, table: Table) -> Table:
    for name in _chosen(request, table):
        table = merged(table, name, ())
    return dict(table)


def _set_policy(request: _Request, table: Table) -> Table:
    if request.policy == "DROP" and request.table == "nat":
        raise RuleError("DROP belongs into the table filter")
    if request.chain not in BUILT_IN[request.table] or request.policy not in POLICIES:
        raise _RefusedError(f"{request.chain} cannot have the policy {request.policy}")
    return {**table, request.chain: Chain(table[request.chain].rules, request.policy)}


def _list(request: _Request, table: Table) -> Table:
    for place, name in enumerate(_chosen(request, table)):
        chain = table[name]
        about = (
            f"policy {chain.policy}" if chain.policy else f"{_references(table, name)} references"
        )
        if place:
            say("")
        say(
            f"Chain {name} ({about})", f"{'target':<10} prot opt {'source':<20} {'destination':<20}"
        )
        say(*(iptables_rules.list_(rule) for rule in chain.rules))
    return table


def _list_words(request: _Request, table: Table) -> Table:
    chosen = _chosen(request, table)
    for name in chosen:
        policy = table[name].policy
        say(f"-P {name} {policy}" if policy else f"-N {name}")
    for name in chosen:
        say(*(f"-A {name} {iptables_rules.write(rule)}".strip() for rule in table[name].rules))
    return table


def _zero(request: _Request, table: Table) -> Table:
    _chosen(request, table)
    return table


def _checked(request: _Request, table: Table) -> tuple[Rule, ...]:
    """Return the rules of the chain; words that make no sense are refused before anything else."""
    iptables_rules.check(request.rule, request.chain, table)
    return _rules(request, table)


def _rules(request: _Request, table: Table) -> tuple[Rule, ...]:
    if request.chain not in table:
        raise _RefusedError(f"no chain {request.chain}")
    return table[request.chain].rules


def _find(request: _Request, table: Table) -> int:
    rules = _checked(request, table)
    if request.rule not in rules:
        raise _RefusedError(f"{request.chain} has no such rule")
    return rules.index(request.rule)


def _chosen(request: _Request, table: Table) -> list[str]:
    """List the chain that was named, or all: first those that are built in."""
    if request.chain:
        _rules(request, table)
        return [request.chain]
    built_in = [name for name, chain in table.items() if chain.policy]
    return [*built_in, *sorted(set(table) - set(built_in))]


def _references(table: Table, name: str) -> int:
    return sum(rule.target == name for chain in table.values() for rule in chain.rules)


COMMANDS: dict[str, Callable[[_Request, Table], Table]] = {
    "-A": _append,
    "-C": _check,
    "-D": _delete,
    "-F": _flush,
    "-I": _insert,
    "-L": _list,
    "-N": _new_chain,
    "-P": _set_policy,
    "-S": _list_words,
    "-X": _delete_chain,
    "-Z": _zero,
}
