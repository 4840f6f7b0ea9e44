from netlab import refusal, run

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.namespaces import Clone

FORWARD = "/proc/sys/net/ipv4/ip_forward"


def mount_proc() -> None:
    syscall.mkdir("/proc")
    syscall.mount("proc", "/proc", "proc")


def test_a_setting_is_read_and_written() -> None:
    async def program() -> None:
        mount_proc()
        assert await ioutil.read_file(FORWARD) == "0\n"
        ioutil.write_file(FORWARD, "1\n", create=False)
        assert await ioutil.read_file(FORWARD) == "1\n"

    run(program)


def test_a_setting_is_a_number() -> None:
    async def program() -> None:
        mount_proc()
        assert refusal(lambda: ioutil.write_file(FORWARD, "yes", create=False)) == "EINVAL"
        assert await ioutil.read_file(FORWARD) == "0\n"

    run(program)


def test_each_namespace_has_its_own_settings_in_the_same_file() -> None:
    async def inside() -> None:
        syscall.exit_group(0 if await ioutil.read_file(FORWARD) == "0\n" else 1)

    async def program() -> None:
        mount_proc()
        ioutil.write_file(FORWARD, "1", create=False)
        pid = await syscall.clone(Clone.CLONE_NEWNET, inside)
        assert await syscall.wait4(pid) == (pid, 0)

    run(program)


def test_settings_are_found_by_walking_directories() -> None:
    async def program() -> None:
        mount_proc()
        assert syscall.getdents("/proc/sys/net") == ["bridge", "ipv4"]
        assert syscall.getdents("/proc/sys/net/ipv4/conf") == ["all", "lo"]
        assert refusal(lambda: syscall.open_("/proc/sys/net/ipv4/nope")) == "ENOENT"

    run(program)


def test_routes_are_shown_low_byte_first() -> None:
    async def program() -> None:
        mount_proc()
        syscall.netlink("RTM_NEWLINK", "a", kind="bridge")
        syscall.netlink("RTM_NEWADDR", "a", address="172.17.42.1/16")
        syscall.netlink("RTM_SETLINK", "a", up=True)
        syscall.netlink("RTM_NEWROUTE", "", gateway="172.17.0.1")
        rows = (await ioutil.read_file("/proc/net/route")).splitlines()

        assert [row.split("\t")[:4] for row in rows[1:]] == [
            ["a", "000011AC", "00000000", "0001"],
            ["a", "00000000", "010011AC", "0003"],
        ]

    run(program)


def test_bound_sockets_are_shown_with_their_ports() -> None:
    async def program() -> None:
        mount_proc()
        syscall.listen(syscall.socket("inet"))
        assert "00000000:8000 0A" in await ioutil.read_file("/proc/net/tcp")

    run(program)
