import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.namespaces import Clone

KERNEL = Path(__file__).parents[2] / "tracer" / "minidocker" / "kernel"


def run(program: Callable[[], Awaitable[None]]) -> Kernel:
    """Run one program as a child of the first process."""
    kernel = Kernel(Directory())

    async def entry() -> None:
        await program()
        syscall.exit_group(0)

    kernel.start(entry)
    kernel.run()
    return kernel


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(KernelError) as caught:
        call()
    return caught.value.name


def test_kernel_words() -> None:
    texts = {path.name: path.read_text() for path in KERNEL.rglob("*.py")}

    offenders = [
        name
        for name, text in texts.items()
        if re.search("container|image|docker", text.replace("tracer.minidocker", ""), re.IGNORECASE)
    ]

    assert offenders == []


def test_pivot_root_leaves_the_mounts_of_other_namespaces_alone() -> None:
    async def inside() -> None:
        syscall.mount("tmpfs", "/new", "tmpfs")
        syscall.mkdir("/new/old")
        syscall.pivot_root("/new", "/new/old")
        syscall.exit_group(0 if syscall.getdents("/") == ["old"] else 1)

    async def program() -> None:
        syscall.mkdir("/new")
        pid = await syscall.clone(Clone.CLONE_NEWNS, inside)

        assert await syscall.wait4(pid) == (pid, 0)
        assert syscall.getdents("/") == ["new"]

    run(program)


def test_a_child_runs_before_its_parent_goes_on() -> None:
    order: list[str] = []

    async def child() -> None:
        order.append("child")
        syscall.exit_group(0)

    async def program() -> None:
        await syscall.clone(Clone(0), child)
        order.append("parent")

    run(program)

    assert order == ["child", "parent"]


def test_end_of_file_comes_with_the_last_copy_of_the_other_end() -> None:
    heard: list[bytes] = []

    async def program() -> None:
        here, there = syscall.socketpair()

        async def child() -> None:
            syscall.write(there, b"one")
            syscall.exit_group(0)

        await syscall.clone(Clone(0), child)
        syscall.close(there)
        heard.extend([await syscall.read(here), await syscall.read(here)])

    run(program)

    assert heard == [b"one", b""]


def test_a_new_pid_namespace_counts_from_one() -> None:
    seen: list[int] = []

    async def child() -> None:
        seen.append(syscall.getpid())
        syscall.exit_group(0)

    async def program() -> None:
        seen.append(await syscall.clone(Clone.CLONE_NEWPID, child))

    run(program)

    assert seen == [1, 3]


def test_a_hostname_stays_in_its_namespace() -> None:
    async def child() -> None:
        syscall.sethostname("inner")
        syscall.exit_group(0)

    async def program() -> None:
        await syscall.clone(Clone.CLONE_NEWUTS, child)

        assert syscall.uname() == "host"

    run(program)


def test_a_capability_that_was_dropped_does_not_come_back() -> None:
    async def program() -> None:
        syscall.capset(frozenset())

        assert refusal(lambda: syscall.capset(frozenset({"KILL"}))) == "EPERM"
        assert refusal(lambda: syscall.sethostname("x")) == "EPERM"

    run(program)


def test_a_default_route_needs_an_interface_that_reaches_the_gateway() -> None:
    async def program() -> None:
        syscall.netlink("RTM_NEWADDR", "lo", address="10.0.0.2/8")

        assert (
            refusal(lambda: syscall.netlink("RTM_NEWROUTE", "lo", gateway="10.0.0.1"))
            == "ENETUNREACH"
        )

        syscall.netlink("RTM_SETLINK", "lo", up=True)
        syscall.netlink("RTM_NEWROUTE", "lo", gateway="10.0.0.1")

    run(program)


def test_a_group_with_members_cannot_be_removed() -> None:
    async def program() -> None:
        syscall.mkdir("/cg")
        syscall.mount("cgroup", "/cg", "cgroup", options="memory")
        syscall.mkdir("/cg/a")
        ioutil.write_file("/cg/a/cgroup.procs", "2", create=False)

        assert await ioutil.read_file("/cg/a/cgroup.procs") == "2\n"
        assert refusal(lambda: syscall.rmdir("/cg/a")) == "EBUSY"

    run(program)


def test_every_refused_call_is_logged_by_the_name_of_its_error() -> None:
    async def program() -> None:
        refusal(lambda: syscall.chdir("/nowhere"))

    events = run(program).events

    assert [(each.call, each.result) for each in events] == [
        ("chdir", "ENOENT"),
        ("exit_group", "0"),
    ]
