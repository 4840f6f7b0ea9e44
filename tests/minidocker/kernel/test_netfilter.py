from dataclasses import replace

from netlab import refusal, rule, tcp

from tracer.minidocker.kernel import netfilter
from tracer.minidocker.kernel.netfilter import Chain, Match, Packet, Rule, Seen, Table
from tracer.minidocker.kernel.network import IPv4Network

SEEN = Seen(tcp("10.0.0.1", "10.0.0.2", 80), "NEW", "eth0", "eth1", (IPv4Network("10.0.0.2/32"),))


def holds(field: str, value: str, *, inverted: bool = False, seen: Seen = SEEN) -> bool:
    return Match(field, value, inverted).holds(seen)


def table(*rules: Rule, policy: str = "ACCEPT", **chains: tuple[Rule, ...]) -> Table:
    """Make a filter table with rules in INPUT and some chains."""
    made = {**netfilter.new_tables()["filter"], "INPUT": Chain(rules, policy)}
    return {**made, **{name: Chain(own) for name, own in chains.items()}}


def verdict(made: Table) -> str:
    return netfilter.decide(made, "INPUT", SEEN).target


def test_an_address_matches_its_network() -> None:
    assert holds("source", "10.0.0.0/8")
    assert not holds("source", "10.0.0.2/32")
    assert holds("destination", "10.0.0.2/32")


def test_an_exclamation_mark_turns_a_match_around() -> None:
    assert not holds("source", "10.0.0.0/8", inverted=True)
    assert holds("in", "eth9", inverted=True)


def test_an_interface_matches_by_name_or_with_a_plus_by_its_beginning() -> None:
    assert holds("in", "eth0")
    assert not holds("in", "eth")
    assert holds("in", "eth+")
    assert holds("out", "eth1")


def test_a_port_matches_alone_or_in_a_range() -> None:
    assert holds("dport", "80")
    assert not holds("dport", "81")
    assert holds("dport", "79:81")
    assert holds("dport", "80:")
    assert holds("sport", "40000")


def test_a_protocol_matches_by_its_name() -> None:
    assert holds("protocol", "tcp")
    assert holds("protocol", "all")
    assert not holds("protocol", "udp")


def test_a_state_matches_one_of_a_list() -> None:
    assert not holds("ctstate", "RELATED,ESTABLISHED")
    assert holds("state", "NEW,ESTABLISHED")
    assert holds("ctstate", "ESTABLISHED", seen=replace(SEEN, state="ESTABLISHED"))


def test_the_type_local_is_an_address_of_this_host() -> None:
    assert holds("dst-type", "LOCAL")
    assert not holds("src-type", "LOCAL")


def test_the_first_rule_that_holds_decides() -> None:
    assert verdict(table(rule("DROP", dport="81"), rule("ACCEPT"), rule("DROP"))) == "ACCEPT"


def test_all_matches_of_a_rule_must_hold() -> None:
    assert verdict(table(rule("DROP", dport="80", in_="eth9"))) == "ACCEPT"
    assert verdict(table(rule("DROP", dport="80", in_="eth0"))) == "DROP"


def test_the_policy_decides_what_no_rule_has() -> None:
    assert verdict(table(policy="DROP")) == "DROP"


def test_a_rule_without_target_decides_nothing() -> None:
    assert verdict(table(rule(""), rule("DROP"))) == "DROP"


def test_a_jump_comes_back_when_the_chain_has_not_decided() -> None:
    assert verdict(table(rule("own"), rule("DROP"), own=(rule("ACCEPT", dport="81"),))) == "DROP"
    assert verdict(table(rule("own"), rule("DROP"), own=(rule("ACCEPT"),))) == "ACCEPT"


def test_return_goes_back_to_the_calling_chain() -> None:
    assert verdict(table(rule("own"), rule("DROP"), own=(rule("RETURN"), rule("ACCEPT")))) == "DROP"


def test_return_from_a_built_in_chain_means_its_policy() -> None:
    assert verdict(table(rule("RETURN"), rule("ACCEPT"), policy="DROP")) == "DROP"


def test_a_decision_says_which_rules_it_came_past() -> None:
    inner = rule("DROP", dport="80")
    jump = rule("own")

    assert netfilter.decide(table(jump, own=(inner,)), "INPUT", SEEN).because == (
        ("INPUT", jump),
        ("own", inner),
    )


def test_a_table_keeps_its_built_in_chains_and_their_policies() -> None:
    without = {name: chain for name, chain in table().items() if name != "FORWARD"}

    assert refusal(lambda: netfilter.check("filter", without)) == "EINVAL"
    assert refusal(lambda: netfilter.check("filter", table(policy="REJECT"))) == "EINVAL"


def test_a_jump_needs_a_chain_of_ones_own() -> None:
    assert refusal(lambda: netfilter.check("filter", table(rule("nope")))) == "EINVAL"
    assert refusal(lambda: netfilter.check("filter", table(rule("FORWARD")))) == "EINVAL"


def test_jumps_in_a_circle_are_refused() -> None:
    circle = table(rule("a"), a=(rule("b"),), b=(rule("a"),))

    assert refusal(lambda: netfilter.check("filter", circle)) == "ELOOP"


def test_reject_belongs_to_the_filter_table() -> None:
    netfilter.check("filter", table(rule("REJECT")))
    nat = netfilter.merged(netfilter.new_tables()["nat"], "PREROUTING", (rule("REJECT"),))

    assert refusal(lambda: netfilter.check("nat", nat)) == "EINVAL"


def test_masquerade_is_reached_from_postrouting_alone() -> None:
    nat = netfilter.new_tables()["nat"]
    netfilter.check("nat", netfilter.merged(nat, "POSTROUTING", (rule("MASQUERADE"),)))
    early = netfilter.merged(nat, "PREROUTING", (rule("MASQUERADE"),))

    assert refusal(lambda: netfilter.check("nat", early)) == "EINVAL"


def test_dnat_may_hide_in_a_chain_that_only_postrouting_does_not_reach() -> None:
    nat = {**netfilter.new_tables()["nat"], "own": Chain((rule("DNAT", "10.0.0.9:80"),))}
    netfilter.check("nat", nat)
    netfilter.check("nat", netfilter.merged(nat, "OUTPUT", (rule("own"),)))
    late = netfilter.merged(nat, "POSTROUTING", (rule("own"),))

    assert refusal(lambda: netfilter.check("nat", late)) == "EINVAL"


def test_what_no_packet_comes_to_is_not_checked_for_its_place() -> None:
    nat = netfilter.new_tables()["nat"]
    behind = netfilter.merged(nat, "PREROUTING", (rule("ACCEPT"), rule("MASQUERADE")))
    netfilter.check("nat", behind)


def test_the_answer_to_a_packet_goes_the_other_way() -> None:
    assert Packet("tcp", "a", 1, "b", 2).reversed() == Packet("tcp", "b", 2, "a", 1)
