from netlab import give, host, lay_cable, pair, refusal

from tracer.minidocker.kernel.network import NetworkNamespace


def destinations(net: NetworkNamespace) -> list[str]:
    return [str(each.destination) for each in net.routes]


def test_a_new_namespace_has_nothing_but_a_loopback_that_is_down() -> None:
    net = NetworkNamespace.create(1)

    assert list(net.interfaces) == ["lo"]
    assert (net.find("lo").up, net.find("lo").addresses, net.routes) == (False, [], [])


def test_the_loopback_brings_its_address_when_it_goes_up() -> None:
    net = host()

    assert [str(each) for each in net.find("lo").addresses] == ["127.0.0.1/8"]
    assert net.is_local("127.5.5.5")


def test_both_names_of_a_pair_must_be_free() -> None:
    net = host()
    net.create_link("a", "veth", "b")

    assert refusal(lambda: net.create_link("c", "veth", "b")) == "EEXIST"
    assert refusal(lambda: net.create_link("a", "veth", "c")) == "EEXIST"
    assert refusal(lambda: net.create_link("c", "veth", "c")) == "EEXIST"
    assert "c" not in net.interfaces


def test_a_kind_that_nobody_knows_is_not_supported() -> None:
    net = host()

    assert refusal(lambda: net.create_link("a", "carrier-pigeon", "")) == "EOPNOTSUPP"


def test_a_name_has_at_most_fifteen_characters() -> None:
    net = host()
    net.create_link("a" * 15, "bridge", "")

    assert refusal(lambda: net.create_link("a" * 16, "bridge", "")) == "ERANGE"


def test_a_name_is_neither_empty_nor_a_path_nor_has_spaces() -> None:
    net = host()

    for name in ("", ".", "..", "a/b", "a b"):
        assert refusal(lambda name=name: net.create_link(name, "bridge", "")) == "EINVAL"


def test_the_two_ends_of_a_pair_die_together() -> None:
    one, two = pair()
    one.delete_link("eth0")

    assert "eth0" not in two.interfaces
    assert two.routes == []


def test_a_namespace_that_ends_takes_the_other_ends_with_it() -> None:
    one, two = pair()
    one.close()

    assert list(two.interfaces) == ["lo"]


def test_the_loopback_cannot_be_deleted() -> None:
    assert refusal(lambda: host().delete_link("lo")) == "EOPNOTSUPP"


def test_an_interface_that_is_not_there_is_no_device() -> None:
    net = host()

    assert refusal(lambda: net.delete_link("nope")) == "ENODEV"
    assert refusal(lambda: net.set_up("nope", up=True)) == "ENODEV"
    assert refusal(lambda: net.add_address("nope", "10.0.0.1/8")) == "ENODEV"


def test_an_end_that_is_moved_arrives_down_and_bare() -> None:
    one, two = host(1), host(2)
    one.create_link("a", "veth", "b")
    one.create_link("br0", "bridge", "")
    one.set_master("b", "br0")
    give(one, "b", "10.0.0.1/24")
    one.move("b", two)
    moved = two.find("b")

    assert (moved.up, moved.addresses, moved.master) == (False, [], None)
    assert one.routes == []
    assert one.find("a").peer is moved


def test_a_moved_interface_keeps_its_number_if_that_is_free() -> None:
    one, two = host(1), host(2)
    one.create_link("a", "veth", "b")
    number = one.find("b").index
    one.move("b", two)

    assert two.find("b").index == number


def test_a_moved_interface_needs_its_name_to_be_free() -> None:
    one, two = host(1), host(2)
    one.create_link("a", "veth", "b")
    two.create_link("a", "bridge", "")

    assert refusal(lambda: one.move("a", two)) == "EEXIST"
    assert "a" in one.interfaces


def test_loopback_and_bridge_stay_where_they_are() -> None:
    one, two = host(1), host(2)
    one.create_link("br0", "bridge", "")

    assert refusal(lambda: one.move("lo", two)) == "EINVAL"
    assert refusal(lambda: one.move("br0", two)) == "EINVAL"


def test_a_move_to_where_it_is_does_nothing() -> None:
    one, _ = pair()
    one.move("eth0", one)

    assert one.find("eth0").up


def test_only_an_interface_that_is_down_is_renamed() -> None:
    one, _ = pair()

    assert refusal(lambda: one.rename("eth0", "x")) == "EBUSY"

    one.set_up("eth0", up=False)
    one.rename("eth0", "x")

    assert list(one.interfaces) == ["lo", "x"]


def test_a_name_that_is_taken_cannot_be_had() -> None:
    net = host()
    net.create_link("a", "veth", "b")

    assert refusal(lambda: net.rename("a", "b")) == "EEXIST"
    assert net.find("a").name == "a"


def test_ports_are_plugged_into_bridges_only() -> None:
    net = host()
    net.create_link("a", "veth", "b")
    net.create_link("br0", "bridge", "")
    net.create_link("br1", "bridge", "")

    assert refusal(lambda: net.set_master("a", "b")) == "EOPNOTSUPP"
    assert refusal(lambda: net.set_master("br1", "br0")) == "ELOOP"
    assert refusal(lambda: net.set_master("lo", "br0")) == "EINVAL"
    assert refusal(lambda: net.set_master("a", "nope")) == "ENODEV"


def test_a_port_can_be_pulled_out_and_plugged_elsewhere() -> None:
    net = host()
    net.create_link("a", "veth", "b")
    net.create_link("br0", "bridge", "")
    net.create_link("br1", "bridge", "")
    net.set_master("a", "br0")
    net.set_master("a", "br1")

    assert net.find("br1").ports() == [net.find("a")]

    net.set_master("a", "")

    assert net.find("br1").ports() == []


def test_a_bridge_that_is_deleted_frees_its_ports() -> None:
    net = host()
    net.create_link("a", "veth", "b")
    net.create_link("br0", "bridge", "")
    net.set_master("a", "br0")
    net.delete_link("br0")

    assert net.find("a").master is None


def test_the_longest_packet_has_limits() -> None:
    net = host()
    net.create_link("a", "veth", "b")

    assert refusal(lambda: net.set_mtu("a", 67)) == "EINVAL"
    assert refusal(lambda: net.set_mtu("a", 65536)) == "EINVAL"

    net.set_mtu("a", 68)
    net.set_mtu("lo", 70000)


def test_a_cable_carries_when_both_ends_are_up() -> None:
    net = host()
    net.create_link("a", "veth", "b")

    assert net.find("a").state == "down"

    net.set_up("a", up=True)

    assert net.find("a").state == "lowerlayerdown"

    net.set_up("b", up=True)

    assert net.find("a").state == "up"


def test_a_bridge_carries_when_one_of_its_ports_does() -> None:
    net, other = host(1), host(2)
    net.create_link("br0", "bridge", "")
    net.set_up("br0", up=True)
    lay_cable(net, "a", other, "eth0")
    net.set_master("a", "br0")

    assert net.find("br0").state == "down"

    net.set_up("a", up=True)
    other.set_up("eth0", up=True)

    assert net.find("br0").state == "up"


def test_an_address_brings_the_route_to_its_network_when_the_interface_is_up() -> None:
    net = host()
    net.create_link("a", "veth", "b")
    net.add_address("a", "10.1.0.1/24")

    assert destinations(net) == []

    net.set_up("a", up=True)

    assert destinations(net) == ["10.1.0.0/24"]
    assert net.routes[0].source == "10.1.0.1"


def test_going_down_loses_the_routes_and_coming_up_brings_only_those_of_the_addresses() -> None:
    one, _ = pair()
    one.add_route("10.7.0.0/16", "eth0", "10.0.0.2")
    one.set_up("eth0", up=False)

    assert destinations(one) == []
    assert [str(each) for each in one.find("eth0").addresses] == ["10.0.0.1/24"]

    one.set_up("eth0", up=True)

    assert destinations(one) == ["10.0.0.0/24"]


def test_the_same_address_twice_exists() -> None:
    one, _ = pair()

    assert refusal(lambda: one.add_address("eth0", "10.0.0.1/24")) == "EEXIST"

    one.add_address("eth0", "10.0.0.1/16")


def test_nonsense_is_no_address() -> None:
    one, _ = pair()

    assert refusal(lambda: one.add_address("eth0", "10.0.0.1/33")) == "EINVAL"
    assert refusal(lambda: one.add_address("eth0", "ten")) == "EINVAL"


def test_an_address_that_is_not_there_cannot_be_taken_away() -> None:
    one, _ = pair()

    assert refusal(lambda: one.delete_address("eth0", "10.0.0.9/24")) == "EADDRNOTAVAIL"


def test_the_last_address_takes_all_routes_of_its_interface_along() -> None:
    one, _ = pair()
    one.add_route("default", "", "10.0.0.2")
    one.delete_address("eth0", "10.0.0.1/24")

    assert one.routes == []


def test_addresses_that_came_later_go_with_the_first_of_their_network() -> None:
    one, _ = pair()
    one.add_address("eth0", "10.0.0.9/24")
    one.delete_address("eth0", "10.0.0.1/24")

    assert one.find("eth0").addresses == []


def test_a_later_address_goes_alone() -> None:
    one, _ = pair()
    one.add_address("eth0", "10.0.0.9/24")
    one.delete_address("eth0", "10.0.0.9/24")

    assert destinations(one) == ["10.0.0.0/24"]


def test_a_route_without_gateway_needs_an_interface_that_is_up() -> None:
    net = host()
    net.create_link("a", "veth", "b")

    assert refusal(lambda: net.add_route("10.7.0.0/16", "a", "")) == "ENETDOWN"
    assert refusal(lambda: net.add_route("10.7.0.0/16", "", "")) == "ENODEV"
    assert refusal(lambda: net.add_route("10.7.0.0/16", "nope", "")) == "ENODEV"


def test_a_gateway_must_be_on_a_link_that_is_up() -> None:
    one, _ = pair()

    assert refusal(lambda: one.add_route("default", "", "10.99.0.1")) == "ENETUNREACH"

    one.set_up("eth0", up=False)

    assert refusal(lambda: one.add_route("default", "eth0", "10.0.0.2")) == "ENETUNREACH"


def test_a_gateway_behind_a_gateway_is_not_reached() -> None:
    one, _ = pair()
    one.add_route("10.7.0.0/16", "", "10.0.0.2")

    assert refusal(lambda: one.add_route("10.9.0.0/16", "", "10.7.0.1")) == "ENETUNREACH"


def test_a_gateway_on_another_link_is_not_reached() -> None:
    one, _ = pair()
    one.create_link("b", "bridge", "")
    give(one, "b", "10.5.0.1/24")

    assert refusal(lambda: one.add_route("default", "b", "10.0.0.2")) == "ENETUNREACH"


def test_one_destination_has_one_route() -> None:
    one, _ = pair()
    one.add_route("default", "", "10.0.0.2")

    assert refusal(lambda: one.add_route("default", "", "10.0.0.3")) == "EEXIST"
    assert refusal(lambda: one.add_route("default", "eth0", "")) == "EEXIST"
    assert refusal(lambda: one.add_route("10.0.0.0/24", "", "10.0.0.2")) == "EEXIST"


def test_a_destination_has_no_bits_beyond_its_prefix() -> None:
    one, _ = pair()

    assert refusal(lambda: one.add_route("10.7.0.1/16", "eth0", "")) == "EINVAL"


def test_a_route_that_is_not_there_cannot_be_removed() -> None:
    one, _ = pair()
    one.add_route("default", "", "10.0.0.2")

    assert refusal(lambda: one.delete_route("10.7.0.0/16", "", "")) == "ESRCH"
    assert refusal(lambda: one.delete_route("default", "", "10.0.0.9")) == "ESRCH"

    one.delete_route("default", "", "")

    assert destinations(one) == ["10.0.0.0/24"]


def test_the_longest_prefix_wins() -> None:
    one, _ = pair()
    one.add_route("default", "", "10.0.0.2")
    one.add_route("10.7.0.0/16", "", "10.0.0.3")
    one.add_route("10.7.7.0/24", "", "10.0.0.4")
    chosen = [one.find_route(each) for each in ("10.7.7.1", "10.7.0.1", "9.9.9.9", "10.0.0.7")]

    assert [each and each.gateway for each in chosen] == ["10.0.0.4", "10.0.0.3", "10.0.0.2", ""]
