import pytest
from minidocker.kernel.simulate import (
    PROGRAM,
    forever,
    inside,
    mount,
    read,
    refusal,
    run,
    spawn,
    write,
)

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil

MIB = 1 << 20
GROUP = "/cg/a"


def limited(limit: int = 8 * MIB) -> None:
    mount("cgroup", "/cg", "memory")
    syscall.mkdir(GROUP)
    write(f"{GROUP}/memory.limit_in_bytes", limit)


def member(*amounts: int) -> None:
    write(f"{GROUP}/cgroup.procs", 0)
    for amount in amounts:
        syscall.mmap(amount)


async def usage(group: str = GROUP) -> int:
    return int(await read(f"{group}/memory.usage_in_bytes"))


def test_what_is_mapped_counts_in_whole_pages_for_the_group_and_all_above() -> None:
    async def program() -> None:
        limited()
        member(5000)

        assert await usage() == await usage("/cg") == 8192
        syscall.munmap(4096)
        assert await usage() == 4096
        assert await read(f"{GROUP}/memory.max_usage_in_bytes") == "8192"

    run(program)


def test_giving_back_more_than_there_is_does_no_harm() -> None:
    async def program() -> None:
        limited()
        member(4096)
        syscall.munmap(MIB)

        assert await usage() == 0

    run(program)


@pytest.mark.parametrize("call", [syscall.mmap, syscall.munmap])
@pytest.mark.parametrize("length", [0, -1])
def test_no_memory_cannot_be_taken_or_given(call, length: int) -> None:
    async def program() -> None:
        assert refusal(call, length) == "EINVAL"

    run(program)


def test_a_process_over_the_limit_is_killed_after_the_failure_was_counted() -> None:
    async def greedy() -> None:
        member(4 * MIB, 8 * MIB)

    async def program() -> None:
        limited()

        assert await inside(greedy) == -9
        assert await read(f"{GROUP}/memory.failcnt") == "1"
        assert await usage() == 0
        write(f"{GROUP}/memory.failcnt", 0)
        assert await read(f"{GROUP}/memory.failcnt") == "0"

    run(program)


def test_the_biggest_of_the_group_is_killed_and_the_caller_goes_on() -> None:
    async def big() -> None:
        member(6 * MIB)
        await forever()

    async def small() -> None:
        member(3 * MIB)

    async def program() -> None:
        limited()
        pid = await spawn(big)

        assert await inside(small) == 0
        assert await syscall.wait4(pid) == (pid, -9)

    run(program)


def test_a_limit_above_counts_too() -> None:
    async def greedy() -> None:
        write(f"{GROUP}/b/cgroup.procs", 0)
        syscall.mmap(9 * MIB)

    async def program() -> None:
        limited()
        syscall.mkdir(f"{GROUP}/b")

        assert await inside(greedy) == -9
        assert await read(f"{GROUP}/memory.failcnt") == "1"
        assert await read(f"{GROUP}/b/memory.failcnt") == "0"

    run(program)


def test_the_end_of_a_process_gives_its_memory_back() -> None:
    async def child() -> None:
        member(MIB)

    async def program() -> None:
        limited()
        await inside(child)

        assert await usage() == 0

    run(program)


def test_memory_stays_counted_where_it_was_mapped() -> None:
    async def program() -> None:
        limited()
        member(MIB)
        write("/cg/cgroup.procs", 0)

        assert await usage() == MIB
        syscall.mmap(MIB)
        assert (await usage(), await usage("/cg")) == (MIB, 2 * MIB)

    run(program)


def test_a_child_starts_with_no_memory() -> None:
    async def child() -> None:
        assert await usage() == MIB

    async def program() -> None:
        limited()
        member(MIB)

        assert await inside(child) == 0
        assert await usage() == MIB

    run(program)


def test_execve_gives_all_memory_back() -> None:
    async def child() -> None:
        member(MIB)
        syscall.execve("/program", ["x"], {})

    async def program() -> None:
        limited()
        ioutil.write_file("/program", PROGRAM.decode())
        if hasattr(syscall, "chmod"):
            syscall.chmod("/program", 0o755)
        pid = await spawn(child)

        assert await usage() == 0
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    run(program)
