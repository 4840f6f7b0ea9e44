"""Interfaces, addresses, routes and connections, in namespaces."""

import signal

from linux.sequence import attempt, attempted, forever, inside, mount_proc, sequence, spawn

from tracer.minidocker.kernel.namespaces import Clone

NEW_NET = Clone.CLONE_NEWNET


def interfaces(call) -> list[str]:
    """List interfaces by name with their state."""
    found = call.netlink("RTM_GETLINK", "")
    return sorted(f"{each['name']} {'up' if each['up'] else 'down'}" for each in found)


def addresses(call) -> list[str]:
    """List addresses with their interfaces."""
    found = call.netlink("RTM_GETADDR", "")
    return sorted(f"{each['name']} {each['address']}" for each in found)


def routes(call) -> list[str]:
    """List routes of the main table."""
    found = call.netlink("RTM_GETROUTE", "")
    return sorted(f"{each['destination']} {each['gateway'] or each['name']}" for each in found)


def up(call, *names: str) -> None:
    """Switch interfaces on."""
    for name in names:
        call.netlink("RTM_SETLINK", name, up=True)


def veth(call, name: str, peer: str) -> None:
    """Make a cable with two ends."""
    call.netlink("RTM_NEWLINK", name, kind="veth", peer=peer)


async def waiting(call, body) -> tuple[int, int]:
    """Make a child in a network namespace of its own that does `body` when told, then waits.

    Returns its pid and what to write to.
    """
    gate, opener = call.pipe()
    ready, teller = call.pipe()

    async def child():
        call.write(teller, b"x")
        await call.read(gate)
        await body()
        call.write(teller, b"x")
        await forever(call)

    pid = await spawn(call, child, NEW_NET)
    await call.read(ready)

    async def go() -> None:
        call.write(opener, b"x")
        await call.read(ready)

    return pid, go


async def end(call, pid: int) -> None:
    """Kill a child and wait."""
    call.kill(pid, signal.SIGKILL)
    await call.wait4(pid)


async def nothing() -> None:
    """Do nothing."""


@sequence()
async def a_new_network_has_a_loopback_that_is_down(call, observe):
    async def child():
        observe("interfaces", interfaces(call))
        observe("addresses", addresses(call))
        observe("routes", routes(call))
        up(call, "lo")
        observe("up", interfaces(call))
        observe("its address comes by itself", addresses(call))

    await inside(call, child, NEW_NET)


@sequence(differs={"rename while up": "refused until Linux 6.2, so also in 2014; later allowed"})
async def links_refuse(call, observe):
    veth(call, "a", "b")
    observe("made", interfaces(call))
    observe("name taken", attempt(veth, call, "a", "c"))
    observe("peer's name taken", attempt(veth, call, "c", "b"))
    observe("nothing of it remains", interfaces(call))
    observe("unknown kind", attempt(call.netlink, "RTM_NEWLINK", "x", kind="nosuchkind"))
    observe("no such interface", attempt(up, call, "none"))
    observe("delete nothing", attempt(call.netlink, "RTM_DELLINK", "none"))
    observe("delete lo", attempt(call.netlink, "RTM_DELLINK", "lo"))
    observe("rename to a taken name", attempt(call.netlink, "RTM_SETLINK", "a", name="b"))
    observe("rename", attempt(call.netlink, "RTM_SETLINK", "a", name="z"))
    up(call, "b")
    observe("rename while up", attempt(call.netlink, "RTM_SETLINK", "b", name="c"))
    attempt(call.netlink, "RTM_SETLINK", "c", name="b")
    observe("a name of 16", attempt(call.netlink, "RTM_SETLINK", "z", name="n" * 16))
    observe("delete one end", attempt(call.netlink, "RTM_DELLINK", "b"))
    observe("both are gone", interfaces(call))

    async def other():
        call.setuid(1000)
        observe("without rights", attempt(veth, call, "x", "y"))
        observe("reading is free", interfaces(call))

    await inside(call, other)


@sequence()
async def an_interface_moves_by_pid(call, observe):
    async def looks():
        observe("there", interfaces(call))
        observe("without address", addresses(call))
        observe("up", attempt(up, call, "b"))

    pid, go = await waiting(call, looks)
    veth(call, "a", "b")
    call.netlink("RTM_NEWADDR", "b", address="10.1.0.2/24")
    up(call, "a", "b")
    observe("before", addresses(call))
    observe("move", attempt(call.netlink, "RTM_SETLINK", "b", netns_pid=pid))
    observe("not here", interfaces(call))
    observe("again", attempt(call.netlink, "RTM_SETLINK", "b", netns_pid=pid))
    observe("to nobody", attempt(call.netlink, "RTM_SETLINK", "a", netns_pid=999))
    observe("the loopback stays", attempt(call.netlink, "RTM_SETLINK", "lo", netns_pid=pid))
    await go()
    await end(call, pid)


@sequence()
async def a_cable_dies_with_the_namespace_of_its_end(call, observe):
    pid, _ = await waiting(call, nothing)
    veth(call, "a", "b")
    call.netlink("RTM_SETLINK", "b", netns_pid=pid)
    observe("while it lives", interfaces(call))
    await end(call, pid)
    for _ in range(100):
        if len(interfaces(call)) == 1:
            break
        await call.nanosleep(0.02)
    observe("after its end", interfaces(call))


@sequence()
async def a_name_may_be_taken_where_one_moves(call, observe):
    async def makes():
        veth(call, "a", "x")

    pid, go = await waiting(call, makes)
    await go()
    veth(call, "a", "b")
    observe("taken", attempt(call.netlink, "RTM_SETLINK", "a", netns_pid=pid))
    observe("stays", interfaces(call))
    call.netlink("RTM_SETLINK", "a", name="c")
    observe("renamed", attempt(call.netlink, "RTM_SETLINK", "c", netns_pid=pid))
    await end(call, pid)


@sequence()
async def a_namespace_may_be_named_by_a_descriptor(call, observe):
    mount_proc(call)

    async def looks():
        observe("there", interfaces(call))

    pid, go = await waiting(call, looks)
    veth(call, "a", "b")
    number = call.open_(f"/proc/{pid}/ns/net")
    observe("move", attempt(call.netlink, "RTM_SETLINK", "b", netns_fd=number))
    await go()

    async def joins():
        call.setns(number, NEW_NET)
        observe("joined", interfaces(call))

    await inside(call, joins)
    await end(call, pid)


@sequence()
async def addresses_bring_routes(call, observe):
    veth(call, "a", "b")
    call.netlink("RTM_NEWADDR", "a", address="10.1.0.1/24")
    observe("while down", routes(call))
    up(call, "a")
    observe("up", routes(call))
    observe("twice", attempt(call.netlink, "RTM_NEWADDR", "a", address="10.1.0.1/24"))
    call.netlink("RTM_NEWADDR", "a", address="10.2.0.1/16")
    observe("a second", addresses(call))
    observe("its route", routes(call))
    call.netlink("RTM_DELADDR", "a", address="10.1.0.1/24")
    observe("removed", routes(call))
    observe("removed twice", attempt(call.netlink, "RTM_DELADDR", "a", address="10.1.0.1/24"))
    call.netlink("RTM_SETLINK", "a", up=False)
    observe("down", routes(call))
    observe("no such interface", attempt(call.netlink, "RTM_NEWADDR", "x", address="10.3.0.1/24"))


@sequence()
async def a_gateway_must_be_reachable(call, observe):
    veth(call, "a", "b")
    observe("down", attempt(call.netlink, "RTM_NEWROUTE", "a", gateway="10.1.0.9"))
    up(call, "a", "b")
    observe("no address", attempt(call.netlink, "RTM_NEWROUTE", "a", gateway="10.1.0.9"))
    call.netlink("RTM_NEWADDR", "a", address="10.1.0.1/24")
    observe("elsewhere", attempt(call.netlink, "RTM_NEWROUTE", "a", gateway="10.9.0.9"))
    observe("on the link", attempt(call.netlink, "RTM_NEWROUTE", "a", gateway="10.1.0.9"))
    observe("twice", attempt(call.netlink, "RTM_NEWROUTE", "a", gateway="10.1.0.9"))
    observe("routes", routes(call))
    call.netlink("RTM_DELROUTE", "a", gateway="10.1.0.9")
    observe("deleted", routes(call))
    observe("deleted twice", attempt(call.netlink, "RTM_DELROUTE", "a", gateway="10.1.0.9"))
    call.netlink("RTM_NEWROUTE", "a", gateway="10.1.0.9")
    call.netlink("RTM_DELLINK", "a")
    observe("with its interface", routes(call))


@sequence()
async def a_bridge_takes_ports(call, observe):
    call.netlink("RTM_NEWLINK", "br0", kind="bridge")
    veth(call, "a", "b")
    call.netlink("RTM_SETLINK", "a", master="br0")

    def masters() -> list[str]:
        return [each["master"] for each in call.netlink("RTM_GETLINK", "") if each["name"] == "a"]

    observe("port", masters())
    observe("a bridge in a bridge", attempt(call.netlink, "RTM_SETLINK", "br0", master="br0"))
    observe("no bridge", attempt(call.netlink, "RTM_SETLINK", "b", master="lo"))
    observe("none", attempt(call.netlink, "RTM_SETLINK", "b", master="br9"))
    pid, _ = await waiting(call, nothing)
    call.netlink("RTM_SETLINK", "a", netns_pid=pid)
    observe("moved away", interfaces(call))
    await end(call, pid)
    call.netlink("RTM_DELLINK", "br0")
    observe("deleted", "br0 down" in interfaces(call))


@sequence()
async def a_connection_needs_a_way_and_a_listener(call, observe):
    async def tried(address) -> str:
        number = call.socket("inet")
        result = await attempted(call.connect(number, address))
        call.close(number)
        return result

    observe("the loopback is down", await tried(("127.0.0.1", 80)))
    up(call, "lo")
    observe("nobody listens", await tried(("127.0.0.1", 80)))
    observe("no route", await tried(("10.9.9.9", 80)))
    number = call.socket("inet")
    call.bind(number, ("127.0.0.1", 80))
    observe("bound alone", await tried(("127.0.0.1", 80)))
    call.listen(number)
    observe("listens", await tried(("127.0.0.1", 80)))
    observe("at another address of lo", await tried(("127.0.0.2", 80)))
    other = call.socket("inet")
    observe("taken", attempt(call.bind, other, ("127.0.0.1", 80)))
    observe("taken for all", attempt(call.bind, other, ("0.0.0.0", 80)))
    observe("not ours", attempt(call.bind, other, ("10.9.9.9", 81)))
    call.close(number)
    observe("closed", await tried(("127.0.0.1", 80)))

    async def user():
        call.setuid(1000)
        observe("a low port", attempt(call.bind, call.socket("inet"), ("127.0.0.1", 81)))
        observe("a high port", attempt(call.bind, call.socket("inet"), ("127.0.0.1", 8081)))

    await inside(call, user)


@sequence()
async def two_namespaces_talk_over_a_cable(call, observe):
    async def serves():
        up(call, "b")
        call.netlink("RTM_NEWADDR", "b", address="10.1.0.2/24")
        number = call.socket("inet")
        call.bind(number, ("0.0.0.0", 80))
        call.listen(number)

        async def server():
            connection = await call.accept(number)
            heard = await call.read(connection)
            call.write(connection, b"you said " + heard)
            call.close(connection)

        await spawn(call, server)

    pid, go = await waiting(call, serves)
    veth(call, "a", "b")
    call.netlink("RTM_SETLINK", "b", netns_pid=pid)
    call.netlink("RTM_NEWADDR", "a", address="10.1.0.1/24")
    up(call, "a")
    await go()
    number = call.socket("inet")
    await call.connect(number, ("10.1.0.2", 80))
    call.write(number, b"hello")
    observe("answer", (await call.read(number)).decode())
    other = call.socket("inet")
    observe("nobody at that port", await attempted(call.connect(other, ("10.1.0.2", 81))))
    await end(call, pid)


@sequence()
async def proc_shows_the_routes_of_its_reader(call, observe):
    mount_proc(call)
    veth(call, "a", "b")
    call.netlink("RTM_NEWADDR", "a", address="10.1.0.1/24")
    up(call, "a")
    observe("lines", len([each for each in routes(call) if each]))

    async def child():
        observe("elsewhere", routes(call))
        observe("cannot delete ours", attempt(call.netlink, "RTM_DELLINK", "a"))

    await inside(call, child, NEW_NET)
