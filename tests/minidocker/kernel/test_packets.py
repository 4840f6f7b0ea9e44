import errno

from netlab import append, bridged, give, host, lay_cable, pair, rule, tcp

from tracer.minidocker.kernel.network import NetworkNamespace
from tracer.minidocker.kernel.packets import Walk, forget, walk


def told(walked: Walk) -> list[str]:
    return [f"{each.net} {each.what}" for each in walked.hops]


def rules(walked: Walk) -> list[str]:
    return [each.detail for each in walked.hops if each.what in ("rule", "policy")]


def publish(router: NetworkNamespace) -> None:
    """Send what comes for port 8080 of the router to port 80 of 172.17.0.2."""
    append(
        router,
        "nat",
        "PREROUTING",
        rule("DNAT", "172.17.0.2:80", in_="!br0", protocol="tcp", dport="8080", dst_type="LOCAL"),
    )


def hide(router: NetworkNamespace) -> None:
    append(router, "nat", "POSTROUTING", rule("MASQUERADE", source="172.17.0.0/16", out="!br0"))


def test_a_packet_for_oneself_goes_over_the_loopback() -> None:
    walked = walk(host(), tcp("127.0.0.1", "127.0.0.1"))

    assert told(walked) == ["1 route", "1 arrive", "1 deliver"]
    assert walked.hops[1].detail.startswith("on lo")


def test_the_own_address_is_silent_while_the_loopback_is_down() -> None:
    one, _ = pair()
    one.set_up("lo", up=False)

    assert walk(one, tcp("10.0.0.1", "10.0.0.1")).error == errno.ETIMEDOUT


def test_a_packet_crosses_a_cable_into_another_namespace() -> None:
    one, two = pair()
    walked = walk(one, tcp("10.0.0.1", "10.0.0.2"))

    assert told(walked) == ["1 route", "1 veth", "2 arrive", "2 deliver"]
    assert walked.end is two


def test_without_a_route_the_network_is_unreachable() -> None:
    assert walk(pair()[0], tcp("10.0.0.1", "9.9.9.9")).error == errno.ENETUNREACH


def test_an_address_that_nobody_on_the_link_has_is_unreachable() -> None:
    walked = walk(pair()[0], tcp("10.0.0.1", "10.0.0.77"))

    assert walked.error == errno.EHOSTUNREACH
    assert walked.hops[-1].what == "lost"


def test_a_cable_whose_other_end_is_down_leads_to_nobody() -> None:
    one, two = pair()
    two.set_up("eth0", up=False)

    assert walk(one, tcp("10.0.0.1", "10.0.0.2")).error == errno.EHOSTUNREACH


def test_what_a_dummy_sends_is_gone() -> None:
    net = host()
    net.create_link("d", "dummy", "")
    give(net, "d", "10.3.0.1/24")

    assert walk(net, tcp("10.3.0.1", "10.3.0.2")).error == errno.ETIMEDOUT


def test_two_hosts_on_a_bridge_reach_each_other() -> None:
    _, one, two, _ = bridged()
    walked = walk(one, tcp("172.17.0.2", "172.17.0.3"))

    assert told(walked) == ["2 route", "2 veth", "1 bridge", "1 veth", "3 arrive", "3 deliver"]
    assert walked.end is two


def test_a_bridge_that_is_down_passes_nothing_on() -> None:
    router, one, _, _ = bridged()
    router.set_up("br0", up=False)

    assert walk(one, tcp("172.17.0.2", "172.17.0.3")).error == errno.EHOSTUNREACH


def test_a_port_that_is_pulled_out_is_cut_off() -> None:
    router, one, _, _ = bridged()
    router.set_master("veth2", "")

    assert walk(one, tcp("172.17.0.2", "172.17.0.3")).error == errno.EHOSTUNREACH


def test_two_bridges_in_a_circle_do_not_trap_a_packet() -> None:
    router, one, two, _ = bridged()
    router.create_link("br1", "bridge", "")
    router.set_up("br1", up=True)
    for number in "34":
        router.create_link(f"a{number}", "veth", f"b{number}")
        router.set_master(f"a{number}", "br0")
        router.set_master(f"b{number}", "br1")
        router.set_up(f"a{number}", up=True)
        router.set_up(f"b{number}", up=True)

    assert walk(one, tcp("172.17.0.2", "172.17.0.3")).end is two
    assert walk(one, tcp("172.17.0.2", "172.17.9.9")).error == errno.EHOSTUNREACH


def test_the_filter_sees_what_crosses_a_bridge() -> None:
    router, one, _, _ = bridged()
    append(router, "filter", "FORWARD", rule("DROP", in_="br0", out="br0"))
    walked = walk(one, tcp("172.17.0.2", "172.17.0.3"))

    assert walked.error == errno.ETIMEDOUT
    assert rules(walked) == ["filter FORWARD: in br0 out br0 → DROP"]


def test_the_filter_is_blind_to_bridges_if_so_set() -> None:
    router, one, two, _ = bridged()
    append(router, "filter", "FORWARD", rule("DROP", in_="br0", out="br0"))
    router.settings["bridge/bridge-nf-call-iptables"] = "0"

    assert walk(one, tcp("172.17.0.2", "172.17.0.3")).end is two


def test_a_host_forwards_only_if_so_set() -> None:
    router, one, _, outside = bridged()

    assert walk(one, tcp("172.17.0.2", "10.0.2.2")).end is outside

    router.settings["ipv4/ip_forward"] = "0"

    assert walk(one, tcp("172.17.0.2", "10.0.2.2")).error == errno.ETIMEDOUT


def test_a_forwarded_packet_without_a_route_is_reported_to_its_sender() -> None:
    router, one, _, _ = bridged()
    router.delete_route("default", "", "")

    assert walk(one, tcp("172.17.0.2", "9.9.9.9")).error == errno.ENETUNREACH


def test_two_routers_that_send_a_packet_to_each_other_end_it() -> None:
    one, two = pair()
    for net, gateway in ((one, "10.0.0.2"), (two, "10.0.0.1")):
        net.settings["ipv4/ip_forward"] = "1"
        net.add_route("default", "", gateway)

    assert walk(one, tcp("10.0.0.9", "9.9.9.9")).error == errno.EHOSTUNREACH


def test_drop_is_silence_and_reject_an_answer() -> None:
    one, two = pair()
    append(two, "filter", "INPUT", rule("DROP", dport="1"), rule("REJECT", dport="2"))
    append(two, "filter", "INPUT", rule("REJECT", "icmp-host-prohibited", dport="3"))
    append(two, "filter", "INPUT", rule("REJECT", "icmp-net-unreachable", dport="4"))
    errors = [walk(one, tcp("10.0.0.1", "10.0.0.2", port)).error for port in range(6)]

    assert errors[1:] == [
        errno.ETIMEDOUT,
        errno.ECONNREFUSED,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        0,
    ]


def test_each_of_the_three_ways_has_its_chain() -> None:
    router, one, _, outside = bridged()
    for chain in ("INPUT", "FORWARD", "OUTPUT"):
        append(router, "filter", chain, rule("RETURN"))
    away = walk(router, tcp("10.0.2.15", "10.0.2.2"))
    to = walk(outside, tcp("10.0.2.2", "10.0.2.15"))
    through = walk(one, tcp("172.17.0.2", "10.0.2.2"))

    assert [rules(each)[0].split(":")[0] for each in (away, to, through)] == [
        "filter OUTPUT",
        "filter INPUT",
        "filter FORWARD",
    ]


def test_a_packet_that_is_dropped_leaves_no_flow() -> None:
    one, two = pair()
    append(two, "filter", "INPUT", rule("DROP"))
    walk(one, tcp("10.0.0.1", "10.0.0.2"))

    assert (len(one.flows), len(two.flows)) == (1, 0)


def test_a_published_port_is_reached_from_outside() -> None:
    router, one, _, outside = bridged()
    publish(router)
    walked = walk(outside, tcp("10.0.2.2", "10.0.2.15", 8080))

    assert walked.end is one
    assert (walked.packet.destination, walked.packet.dport) == ("172.17.0.2", 80)
    assert [each.detail for each in walked.hops if each.what == "translate"] == [
        "PREROUTING: tcp 10.0.2.2:40000 → 172.17.0.2:80"
    ]


def test_the_answer_comes_from_the_address_that_was_asked() -> None:
    router, one, _, outside = bridged()
    publish(router)
    there = walk(outside, tcp("10.0.2.2", "10.0.2.15", 8080))
    back = walk(one, there.packet.reversed())

    assert back.end is outside
    assert (back.packet.source, back.packet.sport) == ("10.0.2.15", 8080)


def test_a_hidden_host_gets_its_answers() -> None:
    router, one, _, outside = bridged()
    hide(router)
    there = walk(one, tcp("172.17.0.2", "10.0.2.2"))
    back = walk(outside, there.packet.reversed())

    assert there.packet.source == "10.0.2.15"
    assert back.end is one
    assert back.packet.destination == "172.17.0.2"


def test_who_is_not_hidden_gets_no_answer_from_where_nobody_knows_the_way() -> None:
    _, one, _, outside = bridged()
    there = walk(one, tcp("172.17.0.2", "10.0.2.2"))

    assert there.end is outside
    assert walk(outside, there.packet.reversed()).error == errno.ENETUNREACH


def test_answers_pass_where_only_established_flows_may() -> None:
    router, one, _, outside = bridged()
    hide(router)
    append(router, "filter", "FORWARD", rule("ACCEPT", in_="br0", out="!br0"))
    append(router, "filter", "FORWARD", rule("ACCEPT", out="br0", ctstate="RELATED,ESTABLISHED"))
    append(router, "filter", "FORWARD", rule("DROP"))
    there = walk(one, tcp("172.17.0.2", "10.0.2.2"))

    assert walk(outside, there.packet.reversed()).end is one

    outside.add_route("172.17.0.0/16", "", "10.0.2.15")

    assert walk(outside, tcp("10.0.2.2", "172.17.0.2")).error == errno.ETIMEDOUT


def test_a_flow_that_was_forgotten_is_no_longer_established() -> None:
    router, one, _, outside = bridged()
    hide(router)
    there = walk(one, tcp("172.17.0.2", "10.0.2.2"))
    forget(there)

    assert router.flows == []
    assert walk(outside, there.packet.reversed()).end is router


def test_nat_is_asked_once_per_flow() -> None:
    router, one, _, _ = bridged()
    hide(router)
    first = walk(one, tcp("172.17.0.2", "10.0.2.2"))
    second = walk(one, tcp("172.17.0.2", "10.0.2.2"))

    assert any("MASQUERADE" in each for each in rules(first))
    assert not any("MASQUERADE" in each for each in rules(second))
    assert second.packet == first.packet


def test_what_is_made_here_is_redirected_in_output() -> None:
    router, one, _, _ = bridged()
    redirect = rule("DNAT", "172.17.0.2:80", protocol="tcp", dport="8080", dst_type="LOCAL")
    append(router, "nat", "OUTPUT", redirect)
    there = walk(router, tcp("10.0.2.15", "10.0.2.15", 8080))
    back = walk(one, there.packet.reversed())

    assert there.end is one
    assert (back.end, back.packet.source, back.packet.sport) == (router, "10.0.2.15", 8080)


def test_a_neighbour_on_the_bridge_reaches_the_published_port_and_is_answered_by_it() -> None:
    router, one, two, _ = bridged()
    redirect = rule("DNAT", "172.17.0.2:80", protocol="tcp", dport="8080", dst_type="LOCAL")
    append(router, "nat", "PREROUTING", redirect)
    there = walk(two, tcp("172.17.0.3", "172.17.42.1", 8080))
    back = walk(one, there.packet.reversed())

    assert there.end is one
    assert back.end is two
    assert (back.packet.source, back.packet.sport) == ("172.17.42.1", 8080)


def test_addresses_of_the_loopback_come_over_no_link_unless_so_set() -> None:
    one, two = pair()
    append(two, "nat", "PREROUTING", rule("DNAT", "127.0.0.1:80", protocol="tcp", dport="8080"))
    packet = tcp("10.0.0.1", "10.0.0.2", 8080)

    assert walk(one, packet).error == errno.ETIMEDOUT

    two.settings["ipv4/conf/all/route_localnet"] = "1"

    assert walk(one, packet).end is two


def test_nobody_pretends_to_be_the_host_itself() -> None:
    one, _ = pair()

    assert walk(one, tcp("10.0.0.2", "10.0.0.2")).error == errno.ETIMEDOUT
    assert walk(one, tcp("127.0.0.1", "10.0.0.2")).error == errno.ETIMEDOUT


def test_a_cable_within_one_namespace_leads_back_to_it() -> None:
    net = host()
    lay_cable(net, "a", net, "b")
    give(net, "a", "10.4.0.1/24")
    give(net, "b", "10.4.0.2/24")

    assert told(walk(net, tcp("10.4.0.1", "10.4.0.2"))) == ["1 route", "1 arrive", "1 deliver"]
