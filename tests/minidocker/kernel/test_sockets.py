from collections.abc import Awaitable, Callable

from netlab import refusal, refusal_of, run

from tracer.minidocker import syscall
from tracer.minidocker.golib import net
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.signals import Signal

heard: list[object] = []


def in_a_process(program: Callable[[], Awaitable[None]]) -> list[object]:
    heard.clear()

    async def entry() -> None:
        syscall.sigaction(Signal.SIGPIPE, "SIG_IGN")  # so that writing to nobody is an error
        await program()

    run(entry)
    return heard


def test_a_family_that_nobody_knows_is_refused() -> None:
    async def program() -> None:
        heard.append(refusal(lambda: syscall.socket("appletalk")))

    assert in_a_process(program) == ["EAFNOSUPPORT"]


def test_bytes_go_both_ways_over_a_path() -> None:
    async def program() -> None:
        listener = net.listen("/s")
        near = await net.dial("/s")
        far = await syscall.accept(listener)
        syscall.write(near, b"there")
        syscall.write(far, b"back")
        heard.extend([await syscall.read(far), await syscall.read(near)])

    assert in_a_process(program) == [b"there", b"back"]


def test_accept_sleeps_until_somebody_connects() -> None:
    async def program() -> None:
        listener = net.listen("/s")

        async def child() -> None:
            await net.dial("/s")
            heard.append("dialled")
            syscall.exit_group(0)

        async def waits() -> None:
            await syscall.accept(listener)
            heard.append("accepted")
            syscall.exit_group(0)

        pids = [await syscall.clone(Clone(0), each) for each in (waits, child)]
        for pid in pids:
            await syscall.wait4(pid)

    assert in_a_process(program) == ["dialled", "accepted"]


def test_a_path_is_bound_once() -> None:
    async def program() -> None:
        net.listen("/s")
        heard.append(refusal(lambda: net.listen("/s")))

    assert in_a_process(program) == ["EADDRINUSE"]


def test_a_socket_has_one_address() -> None:
    async def program() -> None:
        number = syscall.socket("unix")
        syscall.bind(number, "/s")
        heard.append(refusal(lambda: syscall.bind(number, "/t")))
        heard.append(syscall.getsockname(number))

    assert in_a_process(program) == ["EINVAL", "/s"]


def test_a_path_needs_its_directory_and_is_not_too_long() -> None:
    async def program() -> None:
        number = syscall.socket("unix")
        heard.append(refusal(lambda: syscall.bind(number, "/nowhere/s")))
        heard.append(refusal(lambda: syscall.bind(number, "/" + "s" * 107)))

    assert in_a_process(program) == ["ENOENT", "EINVAL"]


def test_only_a_socket_that_listens_can_be_connected_to() -> None:
    async def program() -> None:
        bound, new = syscall.socket("unix"), syscall.socket("unix")
        heard.append(await refusal_of(syscall.connect(new, "/s")))
        syscall.bind(bound, "/s")
        heard.append(await refusal_of(syscall.connect(new, "/s")))
        syscall.listen(bound)
        await syscall.connect(new, "/s")
        heard.append(await refusal_of(syscall.connect(new, "/s")))

    assert in_a_process(program) == ["ENOENT", "ECONNREFUSED", "EISCONN"]


def test_the_name_of_a_socket_that_is_closed_refuses() -> None:
    async def program() -> None:
        syscall.close(net.listen("/s"))
        heard.append(await refusal_of(net.dial("/s")))
        heard.append(syscall.getdents("/"))

    assert in_a_process(program) == ["ECONNREFUSED", ["s"]]


def test_a_file_is_no_socket() -> None:
    async def program() -> None:
        syscall.mkdir("/d")
        heard.append(await refusal_of(net.dial("/d")))
        heard.append(refusal(lambda: syscall.listen(0)))

    assert in_a_process(program) == ["ECONNREFUSED", "ENOTSOCK"]


def test_listening_needs_an_address_and_accepting_to_listen() -> None:
    async def program() -> None:
        number = syscall.socket("unix")
        heard.append(refusal(lambda: syscall.listen(number)))
        heard.append(await refusal_of(syscall.accept(number)))

    assert in_a_process(program) == ["EINVAL", "EINVAL"]


def test_a_socket_that_is_not_connected_carries_nothing() -> None:
    async def program() -> None:
        for family in ("unix", "inet"):
            number = syscall.socket(family)
            heard.append(await refusal_of(syscall.read(number)))
            heard.append(refusal(lambda number=number: syscall.write(number, b"x")))

    assert in_a_process(program) == ["EINVAL", "ENOTCONN", "ENOTCONN", "EPIPE"]


def test_a_socket_that_listens_does_not_connect() -> None:
    async def program() -> None:
        unix, inet = net.listen("/s"), net.listen(("0.0.0.0", 80))
        heard.append(await refusal_of(syscall.connect(unix, "/s")))
        heard.append(await refusal_of(syscall.connect(inet, ("127.0.0.1", 80))))

    assert in_a_process(program) == ["EINVAL", "EISCONN"]


def test_an_address_of_another_family_is_refused() -> None:
    async def program() -> None:
        heard.append(refusal(lambda: syscall.bind(syscall.socket("unix"), ("127.0.0.1", 80))))
        heard.append(refusal(lambda: syscall.bind(syscall.socket("inet"), "/s")))
        heard.append(await refusal_of(syscall.connect(syscall.socket("inet"), "/s")))

    assert in_a_process(program) == ["EINVAL", "EINVAL", "EINVAL"]


def test_shutdown_sends_end_of_file_and_leaves_the_other_way_open() -> None:
    async def program() -> None:
        near, far = syscall.socketpair()
        syscall.shutdown(near)
        syscall.write(far, b"still")
        heard.extend([await syscall.read(far), await syscall.read(near)])
        heard.append(refusal(lambda: syscall.write(near, b"x")))

    assert in_a_process(program) == [b"", b"still", "EPIPE"]


def test_an_inet_socket_that_is_not_connected_has_nothing_to_shut_down() -> None:
    async def program() -> None:
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        listener = net.listen(("0.0.0.0", 80))
        near = await net.dial(("127.0.0.1", 80))
        heard.append(refusal(lambda: syscall.shutdown(syscall.socket("inet"))))
        syscall.shutdown(near)
        heard.append(await syscall.read(await syscall.accept(listener)))

    assert in_a_process(program) == ["ENOTCONN", b""]


def test_a_pipe_has_a_direction() -> None:
    async def program() -> None:
        reader, writer = syscall.pipe()
        heard.append(refusal(lambda: syscall.write(reader, b"x")))
        heard.append(await refusal_of(syscall.read(writer)))
        heard.append(refusal(lambda: syscall.shutdown(writer)))

    assert in_a_process(program) == ["EBADF", "EBADF", "ENOTSOCK"]


def test_a_pipe_without_reader_breaks() -> None:
    async def program() -> None:
        reader, writer = syscall.pipe()
        syscall.close(reader)
        heard.append(refusal(lambda: syscall.write(writer, b"x")))

    assert in_a_process(program) == ["EPIPE"]


def test_connections_that_nobody_accepted_end_with_the_listener() -> None:
    async def program() -> None:
        listener = net.listen("/s")
        near = await net.dial("/s")
        syscall.close(listener)
        heard.append(await syscall.read(near))

    assert in_a_process(program) == [b""]
