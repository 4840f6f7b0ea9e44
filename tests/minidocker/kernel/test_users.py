import pytest
from minidocker.kernel.simulate import forever, inside, mount, read, refusal, run, spawn, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.users import Extent, IdMap, UserNamespace, parse_map

USER = Clone.CLONE_NEWUSER


def test_a_map_leads_in_and_out() -> None:
    found = IdMap((Extent(0, 1000, 10), Extent(100, 5, 1)))

    assert [found.outward(each) for each in (0, 9, 10, 100)] == [1000, 1009, None, 5]
    assert [found.inward(each) for each in (1000, 1009, 1010, 5)] == [0, 9, None, 100]


def test_maps_of_nested_namespaces_add_up() -> None:
    first = UserNamespace.first()
    middle = UserNamespace(1, first)
    inner = UserNamespace(2, middle)
    middle.write_map("uid", "0 1000 10")
    inner.write_map("uid", "0 5 1")

    assert inner.to_kernel("uid", 0) == 1005
    assert inner.find("uid", 1005) == 0
    assert inner.shown("uid", 1000) == 65534


@pytest.mark.parametrize(
    "text", ["", "x", "0 0", "0 0 0", "0 0 -1", "0 0 1 1", "0 0 5\n3 10 1", "0 0 5\n9 4 1"]
)
def test_nonsense_is_no_map(text: str) -> None:
    with pytest.raises(KernelError, match="EINVAL"):
        parse_map(text)


def test_a_user_without_a_number_inside_is_nobody() -> None:
    async def child() -> None:
        assert (syscall.getuid(), syscall.getgid()) == (65534, 65534)

    async def program() -> None:
        assert await inside(child, USER) == 0

    run(program)


def test_a_process_can_map_itself_in_its_new_namespace() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        syscall.setgid(8)
        syscall.setuid(7)
        syscall.prctl("PR_SET_DUMPABLE", 1)
        syscall.unshare(USER)
        write("/proc/self/uid_map", "0 7 1")

        assert syscall.getuid() == 0
        assert refusal(write, "/proc/self/uid_map", "0 7 1") == "EPERM"
        assert (await read("/proc/self/uid_map")).split() == ["0", "7", "1"]

    run(program)


def test_a_process_without_rights_maps_only_itself() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        syscall.setuid(7)
        syscall.prctl("PR_SET_DUMPABLE", 1)
        syscall.unshare(USER)

        assert refusal(write, "/proc/self/uid_map", "0 8 1") == "EPERM"
        assert refusal(write, "/proc/self/uid_map", "0 7 2") == "EPERM"
        assert refusal(write, "/proc/self/uid_map", "nonsense") == "EINVAL"

    run(program)


def test_a_group_is_mapped_without_rights_only_when_setgroups_is_given_up() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        syscall.setgid(8)
        syscall.setuid(7)
        syscall.prctl("PR_SET_DUMPABLE", 1)
        syscall.unshare(USER)

        assert refusal(write, "/proc/self/gid_map", "0 8 1") == "EPERM"
        write("/proc/self/setgroups", "deny")
        write("/proc/self/gid_map", "0 8 1")
        assert syscall.getgid() == 0
        assert refusal(syscall.setgroups, ()) == "EPERM"
        assert refusal(write, "/proc/self/setgroups", "allow") == "EPERM"
        assert await read("/proc/self/setgroups") == "deny"

    run(program)


def test_root_outside_can_map_many() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        pid = await spawn(forever, USER)
        write(f"/proc/{pid}/uid_map", "0 1000 5000\n7000 0 1\n")

        assert len((await read(f"/proc/{pid}/uid_map")).splitlines()) == 2
        assert refusal(write, "/proc/self/uid_map", "0 0 1") == "EPERM"
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    run(program)


def test_a_user_of_a_namespace_becomes_only_whom_it_knows() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        ready, teller = syscall.pipe()

        async def child() -> None:
            await syscall.read(ready)
            assert refusal(syscall.setuid, 5) == "EINVAL"
            syscall.setgid(0)
            syscall.setgroups((0,))
            syscall.setuid(0)
            assert syscall.getuid() == 0

        pid = await spawn(child, USER)
        write(f"/proc/{pid}/uid_map", "0 1000 1")
        write(f"/proc/{pid}/gid_map", "0 1000 1")
        syscall.write(teller, b"x")

        assert await syscall.wait4(pid) == (pid, 0)

    run(program)


def test_who_has_changed_its_user_cannot_map_itself_before_execve() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        syscall.setuid(7)
        syscall.unshare(USER)

        assert refusal(write, "/proc/self/uid_map", "0 7 1") == "EACCES"

    run(program)


def test_another_user_cannot_map_a_foreign_namespace() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        pid = await spawn(forever, USER)

        async def other() -> None:
            syscall.setuid(7)
            assert refusal(write, f"/proc/{pid}/uid_map", "0 7 1") == "EACCES"

        assert await inside(other) == 0
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    run(program)
