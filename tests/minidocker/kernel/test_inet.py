from netlab import append, bridged, host, pair, refusal, refusal_of, rule, run

from tracer.minidocker import syscall
from tracer.minidocker.golib import net
from tracer.minidocker.kernel.inet import InetSocket
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.network import NetworkNamespace


def listening(space: NetworkNamespace, port: int, address: str = "0.0.0.0") -> InetSocket:
    socket = InetSocket(space)
    socket.bind(address, port)
    socket.listen()
    return socket


def refused(space: NetworkNamespace, address: str, port: int) -> str:
    return refusal(lambda: InetSocket(space).connect(address, port))


def test_a_connection_has_an_own_port_at_each_end() -> None:
    one, two = pair()
    listener, caller = listening(two, 80), InetSocket(one)
    caller.connect("10.0.0.2", 80)

    assert caller.address == ("0.0.0.0", 32768)
    assert listener.queue is not None
    assert len(listener.queue) == 1


def test_where_nobody_listens_the_connection_is_refused() -> None:
    one, two = pair()
    listening(two, 80)

    assert refused(one, "10.0.0.2", 81) == "ECONNREFUSED"


def test_a_socket_that_is_only_bound_does_not_listen() -> None:
    one, two = pair()
    InetSocket(two).bind("0.0.0.0", 80)

    assert refused(one, "10.0.0.2", 80) == "ECONNREFUSED"


def test_a_listener_on_one_address_does_not_hear_another() -> None:
    one, two = pair()
    listening(two, 80, "127.0.0.1")

    assert refused(one, "10.0.0.2", 80) == "ECONNREFUSED"
    InetSocket(two).connect("127.0.0.1", 80)


def test_an_address_must_be_one_of_the_host() -> None:
    one, _ = pair()

    assert refusal(lambda: InetSocket(one).bind("10.0.0.9", 80)) == "EADDRNOTAVAIL"


def test_a_port_is_taken_on_all_addresses_or_on_one() -> None:
    one, _ = pair()
    listening(one, 80)
    listening(one, 81, "10.0.0.1")

    assert refusal(lambda: InetSocket(one).bind("10.0.0.1", 80)) == "EADDRINUSE"
    assert refusal(lambda: InetSocket(one).bind("0.0.0.0", 81)) == "EADDRINUSE"
    InetSocket(one).bind("127.0.0.1", 81)


def test_the_same_port_is_free_in_another_namespace() -> None:
    one, two = pair()
    listening(one, 80)
    listening(two, 80)


def test_a_port_is_free_again_when_the_socket_is_closed() -> None:
    one, _ = pair()
    listening(one, 80).release()
    listening(one, 80)


def test_listening_without_an_address_takes_any_port() -> None:
    socket = InetSocket(host())
    socket.listen()

    assert socket.address == ("0.0.0.0", 32768)


def test_a_socket_is_bound_once_and_connected_once() -> None:
    one, two = pair()
    listening(two, 80)
    caller = InetSocket(one)
    caller.connect("10.0.0.2", 80)

    assert refusal(lambda: caller.bind("0.0.0.0", 9)) == "EINVAL"
    assert refusal(lambda: caller.connect("10.0.0.2", 80)) == "EISCONN"
    assert refusal(caller.listen) == "EINVAL"


def test_all_addresses_as_a_destination_means_this_host() -> None:
    net_ = host()
    listening(net_, 80)
    InetSocket(net_).connect("0.0.0.0", 80)


def test_nonsense_is_no_address() -> None:
    assert refused(host(), "nowhere", 80) == "EINVAL"


def test_the_error_says_what_became_of_the_packet() -> None:
    one, two = pair()
    append(two, "filter", "INPUT", rule("DROP", dport="1"), rule("REJECT", dport="2"))

    assert refused(one, "10.0.0.2", 1) == "ETIMEDOUT"
    assert refused(one, "10.0.0.2", 2) == "ECONNREFUSED"
    assert refused(one, "10.0.0.77", 3) == "EHOSTUNREACH"
    assert refused(one, "9.9.9.9", 3) == "ENETUNREACH"


def test_a_connection_whose_answers_find_no_way_back_times_out() -> None:
    _, one, _, outside = bridged()
    listening(outside, 80)

    assert refused(one, "10.0.2.2", 80) == "ETIMEDOUT"


def test_even_a_refusal_must_find_its_way_back() -> None:
    assert refused(bridged()[1], "10.0.2.2", 80) == "ETIMEDOUT"


def test_behind_masquerade_the_outside_is_reached() -> None:
    router, one, _, outside = bridged()
    append(router, "nat", "POSTROUTING", rule("MASQUERADE", source="172.17.0.0/16", out="!br0"))
    listening(outside, 80)
    InetSocket(one).connect("10.0.2.2", 80)


def test_a_neighbour_behind_a_published_port_needs_bridges_that_are_not_blind() -> None:
    router, one, two, _ = bridged()
    redirect = rule("DNAT", "172.17.0.2:80", protocol="tcp", dport="8080", dst_type="LOCAL")
    append(router, "nat", "PREROUTING", redirect)
    listening(one, 80)
    InetSocket(two).connect("172.17.42.1", 8080)
    router.settings["bridge/bridge-nf-call-iptables"] = "0"

    assert refused(two, "172.17.42.1", 8080) == "ETIMEDOUT"


def test_a_connection_is_forgotten_everywhere_when_it_is_closed() -> None:
    router, one, _, outside = bridged()
    append(router, "nat", "POSTROUTING", rule("MASQUERADE", source="172.17.0.0/16", out="!br0"))
    listening(outside, 80)
    caller = InetSocket(one)
    caller.connect("10.0.2.2", 80)

    assert [len(each.flows) for each in (one, router, outside)] == [1, 1, 1]

    caller.release()

    assert [len(each.flows) for each in (one, router, outside)] == [0, 0, 0]


def test_an_attempt_that_fails_leaves_nothing_behind() -> None:
    one, two = pair()
    refused(one, "10.0.0.2", 80)

    assert (one.flows, two.flows) == ([], [])


def test_bytes_go_over_the_loopback_between_two_processes() -> None:
    heard: list[bytes] = []

    async def program() -> None:
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        listener = net.listen(("0.0.0.0", 8080))

        async def child() -> None:
            connection = await net.dial(("127.0.0.1", 8080))
            syscall.write(connection, b"hello")
            syscall.exit_group(0)

        await syscall.clone(Clone(0), child)
        connection = await syscall.accept(listener)
        heard.extend([await syscall.read(connection), await syscall.read(connection)])

    run(program)

    assert heard == [b"hello", b""]


def test_a_new_network_namespace_reaches_nothing() -> None:
    async def inside() -> None:
        assert await refusal_of(net.dial(("127.0.0.1", 80))) == "ENETUNREACH"
        syscall.exit_group(0)

    async def program() -> None:
        pid = await syscall.clone(Clone.CLONE_NEWNET, inside)
        assert await syscall.wait4(pid) == (pid, 0)

    run(program)


def test_low_ports_need_a_capability() -> None:
    async def program() -> None:
        syscall.capset(frozenset())
        assert refusal(lambda: net.listen(("0.0.0.0", 80))) == "EACCES"
        net.listen(("0.0.0.0", 1024))

    run(program)


def test_a_socket_stays_in_the_namespace_in_which_it_was_made() -> None:
    async def program() -> None:
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        number = syscall.socket("inet")
        net.listen(("0.0.0.0", 8080))

        async def inside() -> None:
            await syscall.connect(number, ("127.0.0.1", 8080))
            syscall.exit_group(0)

        pid = await syscall.clone(Clone.CLONE_NEWNET, inside)
        assert await syscall.wait4(pid) == (pid, 0)

    run(program)
