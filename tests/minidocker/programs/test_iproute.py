from shell_lab import output, run

CABLE = "ip link add a type veth peer name b; "


def test_links_are_shown_with_flags_and_state() -> None:
    assert output(CABLE + "ip link set a up; ip link") == (
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n"
        "2: b@if3: <BROADCAST,MULTICAST> mtu 1500 state DOWN\n"
        "3: a@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state LOWERLAYERDOWN\n"
    )


def test_one_link_is_shown_alone() -> None:
    assert output(CABLE + "ip link show dev b").startswith("2: b@if3: ")
    assert output("ip link show nope") == "ip: no interface nope\n"


def test_a_link_is_changed() -> None:
    script = CABLE + "ip link add br0 type bridge; ip link set dev a mtu 1400 master br0 name c up;"

    assert "c@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1400 master br0" in output(
        script + "ip link show c"
    )
    assert "master" not in output(script + "ip link set c nomaster; ip link show c")


def test_a_link_is_removed_with_its_other_end() -> None:
    assert output(CABLE + "ip link del a; ip link show b") == "ip: no interface b\n"


def test_addresses_come_and_go() -> None:
    script = CABLE + "ip addr add 10.0.0.1/24 dev a; ip addr show a; ip addr del 10.0.0.1/24 dev a"

    assert output(script).splitlines()[1:] == ["    inet 10.0.0.1/24 scope global a"]
    assert run(script + "; ip addr del 10.0.0.1/24 dev a").output.endswith("EADDRNOTAVAIL\n")


def test_routes_are_shown_by_address() -> None:
    script = CABLE + (
        "ip addr add 10.0.0.1/24 dev a; ip link set a up; ip route add 10.7.0.0/16 dev a;"
        "ip route add default via 10.0.0.2; ip route"
    )

    assert output(script) == (
        "default via 10.0.0.2 dev a\n"
        "10.0.0.0/24 dev a proto kernel scope link src 10.0.0.1\n"
        "10.7.0.0/16 dev a scope link\n"
    )


def test_words_may_be_shortened() -> None:
    assert output("ip a") == output("ip addr show")
    assert output("ip l") == output("ip link list")
    assert run("ip r").status == 0


def test_the_status_tells_wrong_words_from_a_refusal() -> None:
    assert run("ip fly").status == 1
    assert run("ip link set nope up").status == 1
    assert run("ip link set lo master nope").status == 255
    assert run("ip route add default via 10.99.0.1").status == 2
    assert (
        run("ip route add default via 10.99.0.1").output == "ip: the kernel refuses: ENETUNREACH\n"
    )


def test_an_interface_is_pushed_to_a_process() -> None:
    assert output(CABLE + "ip link set b netns 99") == "ip: the kernel refuses: ESRCH\n"
