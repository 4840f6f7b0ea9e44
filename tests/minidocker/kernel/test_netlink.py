from netlab import refusal, run

from tracer.minidocker import syscall
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.netfilter import Chain, Rule


def links() -> list[str]:
    return [each["name"] for each in syscall.netlink("RTM_GETLINK", "")]


def test_changes_need_a_capability_and_questions_none() -> None:
    async def program() -> None:
        syscall.capset(frozenset())
        assert refusal(lambda: syscall.netlink("RTM_NEWLINK", "a", kind="bridge")) == "EPERM"
        assert links() == ["lo"]

    run(program)


def test_a_request_that_nobody_knows_is_not_supported() -> None:
    async def program() -> None:
        assert refusal(lambda: syscall.netlink("RTM_NEWQDISC", "lo")) == "EOPNOTSUPP"

    run(program)


def test_a_link_tells_what_it_is() -> None:
    async def program() -> None:
        syscall.netlink("RTM_NEWLINK", "a", kind="veth", peer="b")
        syscall.netlink("RTM_NEWLINK", "br0", kind="bridge")
        syscall.netlink("RTM_SETLINK", "a", master="br0", mtu=1400, up=True)
        told = syscall.netlink("RTM_GETLINK", "a")

        assert told == [
            {
                "index": 3,
                "name": "a",
                "kind": "veth",
                "mtu": 1400,
                "up": True,
                "state": "lowerlayerdown",
                "master": "br0",
                "peer_index": 2,
            }
        ]

    run(program)


def test_a_question_about_no_such_link_is_refused() -> None:
    async def program() -> None:
        assert refusal(lambda: syscall.netlink("RTM_GETLINK", "nope")) == "ENODEV"

    run(program)


def test_an_end_without_a_name_gets_one() -> None:
    async def program() -> None:
        syscall.netlink("RTM_NEWLINK", "a", kind="veth")
        assert links() == ["lo", "veth0", "a"]

    run(program)


def test_one_request_renames_and_switches_on() -> None:
    async def program() -> None:
        syscall.netlink("RTM_NEWLINK", "a", kind="bridge")
        syscall.netlink("RTM_SETLINK", "a", name="b", up=True)
        assert syscall.netlink("RTM_GETLINK", "b")[0]["up"] is True

    run(program)


def test_a_request_to_change_nothing_is_refused() -> None:
    async def program() -> None:
        assert refusal(lambda: syscall.netlink("RTM_SETLINK", "lo")) == "EINVAL"

    run(program)


def test_addresses_and_routes_are_told_as_they_were_given() -> None:
    async def program() -> None:
        syscall.netlink("RTM_NEWLINK", "a", kind="bridge")
        syscall.netlink("RTM_NEWADDR", "a", address="10.0.0.1/24")
        syscall.netlink("RTM_SETLINK", "a", up=True)
        syscall.netlink("RTM_NEWROUTE", "", gateway="10.0.0.2")

        assert syscall.netlink("RTM_GETADDR", "a") == [{"name": "a", "address": "10.0.0.1/24"}]
        assert [
            (each["destination"], each["gateway"], each["connected"])
            for each in syscall.netlink("RTM_GETROUTE", "")
        ] == [("10.0.0.0/24", "", True), ("default", "10.0.0.2", False)]

        syscall.netlink("RTM_DELROUTE", "", destination="default")
        syscall.netlink("RTM_DELADDR", "a", address="10.0.0.1/24")

        assert syscall.netlink("RTM_GETROUTE", "") == []

    run(program)


def test_an_interface_is_pushed_to_where_a_process_is() -> None:
    async def program() -> None:
        there, here = syscall.socketpair()

        async def inside() -> None:
            syscall.close(here)
            await syscall.read(there)
            syscall.exit_group(0 if "b" in links() else 1)

        pid = await syscall.clone(Clone.CLONE_NEWNET, inside)
        syscall.netlink("RTM_NEWLINK", "a", kind="veth", peer="b")
        syscall.netlink("RTM_SETLINK", "b", netns_pid=pid)
        assert links() == ["lo", "a"]
        syscall.close(here)
        assert await syscall.wait4(pid) == (pid, 0)
        assert links() == ["lo"]

    run(program)


def test_no_such_process_and_no_such_descriptor_are_told_apart() -> None:
    async def program() -> None:
        syscall.netlink("RTM_NEWLINK", "a", kind="veth", peer="b")
        assert refusal(lambda: syscall.netlink("RTM_SETLINK", "a", netns_pid=99)) == "ESRCH"
        assert refusal(lambda: syscall.netlink("RTM_SETLINK", "a", netns_fd=99)) == "EBADF"
        assert refusal(lambda: syscall.netlink("RTM_SETLINK", "a", netns_fd=1)) == "EINVAL"

    run(program)


def test_tables_are_read_and_replaced_through_a_socket() -> None:
    async def program() -> None:
        number = syscall.socket("inet")
        table = syscall.getsockopt(number, "IPT_SO_GET_ENTRIES", "filter")
        table["INPUT"] = Chain((Rule(target="DROP"),), "ACCEPT")

        assert syscall.getsockopt(number, "IPT_SO_GET_ENTRIES", "filter")["INPUT"].rules == ()

        syscall.setsockopt(number, "IPT_SO_SET_REPLACE", "filter", table)

        assert syscall.getsockopt(number, "IPT_SO_GET_ENTRIES", "filter") == table

    run(program)


def test_the_packet_filter_refuses_who_may_not_and_what_is_not() -> None:
    async def program() -> None:
        number, other = syscall.socket("inet"), syscall.socket("unix")

        def get(number: int, option: str, table: str) -> str:
            return refusal(lambda: syscall.getsockopt(number, option, table))

        assert get(number, "IPT_SO_GET_ENTRIES", "mangle") == "ENOENT"
        assert get(number, "SO_NOTHING", "filter") == "ENOPROTOOPT"
        assert get(other, "IPT_SO_GET_ENTRIES", "filter") == "ENOPROTOOPT"
        assert get(0, "IPT_SO_GET_ENTRIES", "filter") == "ENOTSOCK"

        syscall.capset(frozenset())

        assert get(number, "IPT_SO_GET_ENTRIES", "filter") == "EPERM"

    run(program)
