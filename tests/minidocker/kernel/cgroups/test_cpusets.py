import pytest
from minidocker.kernel.simulate import mount, read, refusal, run, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.cgroups.cpusets import format_list, parse_list
from tracer.minidocker.kernel.errors import KernelError


def hierarchy() -> None:
    mount("cgroup", "/cg", "cpuset")
    syscall.mkdir("/cg/a")


def fill(path: str, cpus: str = "0-1") -> None:
    write(f"{path}/cpuset.cpus", cpus)
    write(f"{path}/cpuset.mems", "0")


def test_lists_are_read_and_written_as_ranges() -> None:
    assert parse_list("0-2,5") == {0, 1, 2, 5}
    assert format_list(frozenset({0, 1, 2, 5})) == "0-2,5"
    assert parse_list("0,,1") == {0, 1}
    assert (parse_list(""), format_list(frozenset())) == (frozenset(), "")


@pytest.mark.parametrize("text", ["x", "1-", "-1", "2-1"])
def test_nonsense_is_no_list(text: str) -> None:
    with pytest.raises(KernelError, match="EINVAL"):
        parse_list(text)


def test_a_new_group_has_nothing_and_takes_nobody() -> None:
    async def program() -> None:
        hierarchy()

        assert await read("/cg/a/cpuset.cpus") == ""
        assert refusal(write, "/cg/a/tasks", 0) == "ENOSPC"
        write("/cg/a/cpuset.cpus", "0")
        assert refusal(write, "/cg/a/tasks", 0) == "ENOSPC"
        write("/cg/a/cpuset.mems", "0")
        write("/cg/a/tasks", 0)
        assert refusal(write, "/cg/a/cpuset.cpus", "") == "ENOSPC"

    run(program)


def test_a_group_below_a_cloning_one_begins_with_the_same() -> None:
    async def program() -> None:
        mount("cgroup", "/cg", "cpuset")
        write("/cg/cgroup.clone_children", 1)
        syscall.mkdir("/cg/a")

        assert await read("/cg/a/cpuset.cpus") == "0-1"
        write("/cg/a/tasks", 0)

    run(program)


def test_a_group_is_a_subset_of_the_one_above() -> None:
    async def program() -> None:
        hierarchy()
        fill("/cg/a", "0")
        syscall.mkdir("/cg/a/b")

        assert refusal(write, "/cg/a/b/cpuset.cpus", "1") == "EACCES"
        fill("/cg/a/b", "0")
        assert refusal(write, "/cg/a/cpuset.cpus", "1") == "EBUSY"
        syscall.rmdir("/cg/a/b")
        write("/cg/a/cpuset.cpus", "1")

    run(program)


def test_the_machine_s_own_set_is_fixed() -> None:
    async def program() -> None:
        hierarchy()

        assert await read("/cg/cpuset.cpus") == "0-1"
        assert refusal(write, "/cg/cpuset.cpus", "0") == "EACCES"

    run(program)


def test_there_are_no_other_processors() -> None:
    async def program() -> None:
        hierarchy()

        assert refusal(write, "/cg/a/cpuset.cpus", "4000") == "ERANGE"

    run(program)
