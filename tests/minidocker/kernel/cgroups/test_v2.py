import pytest
from minidocker.kernel.simulate import (
    forever,
    inside,
    mount,
    read,
    refusal,
    refusal_of,
    run,
    spawn,
    write,
)

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil

MIB = 1 << 20


def tree(*controllers: str) -> None:
    """Mount the tree with one group in it, to which controllers are handed on."""
    mount("cgroup2", "/cg")
    syscall.mkdir("/cg/a")
    for each in controllers:
        write("/cg/cgroup.subtree_control", f"+{each}")


def test_the_top_has_controllers_and_no_limits() -> None:
    async def program() -> None:
        tree()

        assert await read("/cg/cgroup.controllers") == "cpuset cpu io memory pids"
        assert await read("/cg/cgroup.subtree_control") == ""
        assert await read("/cg/a/cgroup.controllers") == ""
        assert not {"memory.max", "cgroup.freeze", "cgroup.type"} & {*syscall.getdents("/cg")}

    run(program)


def test_the_files_of_a_controller_come_and_go_with_it() -> None:
    async def program() -> None:
        tree("memory")
        assert await read("/cg/a/cgroup.controllers") == "memory"
        assert "memory.max" in syscall.getdents("/cg/a")
        assert "pids.max" not in syscall.getdents("/cg/a")

        write("/cg/cgroup.subtree_control", "-memory +pids")
        assert "memory.max" not in syscall.getdents("/cg/a")
        assert "pids.max" in syscall.getdents("/cg/a")

    run(program)


def test_controllers_are_handed_on_from_above() -> None:
    async def program() -> None:
        tree()
        syscall.mkdir("/cg/a/b")

        assert refusal(write, "/cg/a/cgroup.subtree_control", "+memory") == "ENOENT"
        write("/cg/cgroup.subtree_control", "+memory")
        write("/cg/a/cgroup.subtree_control", "+memory")
        assert refusal(write, "/cg/cgroup.subtree_control", "-memory") == "EBUSY"

    run(program)


@pytest.mark.parametrize("text", ["memory", "+nonsense", "*memory"])
def test_nonsense_hands_nothing_on(text: str) -> None:
    async def program() -> None:
        tree()

        assert refusal(write, "/cg/cgroup.subtree_control", text) == "EINVAL"

    run(program)


def test_members_live_in_the_leaves() -> None:
    async def program() -> None:
        tree("memory")
        syscall.mkdir("/cg/a/b")
        write("/cg/a/cgroup.procs", 0)

        assert refusal(write, "/cg/a/cgroup.subtree_control", "+memory") == "EBUSY"
        write("/cg/a/b/cgroup.procs", 0)
        write("/cg/a/cgroup.subtree_control", "+memory")
        assert refusal(write, "/cg/a/cgroup.procs", 0) == "EBUSY"
        write("/cg/cgroup.procs", 0)

    run(program)


def test_memory_over_the_limit_kills() -> None:
    async def greedy() -> None:
        write("/cg/a/cgroup.procs", 0)
        syscall.mmap(4 * MIB)
        syscall.mmap(8 * MIB)

    async def program() -> None:
        tree("memory")
        assert await read("/cg/a/memory.max") == "max"
        write("/cg/a/memory.max", 8 * MIB)

        assert await inside(greedy) == -9
        assert (await read("/cg/a/memory.events")).split()[-1] == "1"
        assert await read("/cg/a/memory.current") == "0"
        write("/cg/a/memory.max", "max")
        assert refusal(write, "/cg/a/memory.max", "much") == "EINVAL"

    run(program)


def test_a_fork_beyond_the_limit_is_refused() -> None:
    async def child() -> None:
        write("/cg/a/cgroup.procs", 0)
        assert await refusal_of(spawn(forever)) == "EAGAIN"
        write("/cg/a/pids.max", 2)
        pid = await spawn(forever)
        assert await read("/cg/a/pids.current") == "2"
        syscall.kill(pid, 9)

    async def program() -> None:
        tree("pids")
        write("/cg/a/pids.max", 1)

        assert await inside(child) == 0
        assert await read("/cg/a/pids.events") == "max 1"
        assert refusal(write, "/cg/a/pids.max", -1) == "EINVAL"

    run(program)


def test_a_frozen_group_does_not_run_but_can_be_killed() -> None:
    async def child() -> None:
        await syscall.nanosleep(1)
        ioutil.write_file("/ran", "")

    async def program() -> None:
        tree()
        pid = await spawn(child)
        write("/cg/a/cgroup.procs", pid)
        write("/cg/a/cgroup.freeze", 1)
        await syscall.nanosleep(2)

        assert await read("/cg/a/cgroup.events") == "populated 1\nfrozen 1"
        syscall.kill(pid, 3)
        await syscall.nanosleep(1)
        assert await syscall.wait4(pid, syscall.WNOHANG) == (0, 0)
        syscall.kill(pid, 9)
        assert await syscall.wait4(pid) == (pid, -9)
        assert not ioutil.exists("/ran")
        assert refusal(write, "/cg/a/cgroup.freeze", 2) == "EINVAL"

    run(program)


def test_any_signal_that_must_end_a_frozen_process_ends_it_but_a_handled_one_waits() -> None:
    heard: list[int] = []

    async def note(signal: int) -> None:
        heard.append(signal)

    async def child() -> None:
        syscall.sigaction(10, note)
        await forever()

    async def program() -> None:
        tree()
        pid = await spawn(child)
        write("/cg/a/cgroup.procs", pid)
        write("/cg/a/cgroup.freeze", 1)
        syscall.kill(pid, 10)
        await syscall.nanosleep(1)

        assert await syscall.wait4(pid, syscall.WNOHANG) == (0, 0)
        syscall.kill(pid, 15)
        assert await syscall.wait4(pid) == (pid, -15)

    run(program)

    assert heard == []


def test_a_frozen_group_goes_on_when_it_is_thawed() -> None:
    async def program() -> None:
        tree()
        pid = await spawn(lambda: syscall.nanosleep(1))
        write("/cg/a/cgroup.procs", pid)
        write("/cg/a/cgroup.freeze", 1)
        await syscall.nanosleep(2)
        write("/cg/a/cgroup.freeze", 0)

        assert await syscall.wait4(pid) == (pid, 0)

    run(program)


def test_a_group_can_be_killed_with_all_below_it() -> None:
    async def program() -> None:
        tree()
        syscall.mkdir("/cg/a/b")
        pids = [await spawn(forever), await spawn(forever)]
        write("/cg/a/cgroup.procs", pids[0])
        write("/cg/a/b/cgroup.procs", pids[1])
        write("/cg/a/cgroup.kill", 1)

        assert [await syscall.wait4(pid) for pid in pids] == [(pid, -9) for pid in pids]
        assert refusal(write, "/cg/a/cgroup.kill", 0) == "EINVAL"

    run(program)


@pytest.mark.parametrize(
    ("file", "written", "kept"),
    [
        ("cpu.max", "50000", "50000 100000"),
        ("cpu.max", "max 20000", "max 20000"),
        ("cpu.max", "999", "EINVAL"),
        ("cpu.max", "2000 999", "EINVAL"),
        ("cpu.weight", "10000", "10000"),
        ("cpu.weight", "0", "EINVAL"),
        ("cpuset.cpus", "0,1", "0-1"),
        ("cgroup.type", "threaded", "EINVAL"),
    ],
)
def test_settings_have_bounds(file: str, written: str, kept: str) -> None:
    async def program() -> None:
        tree("cpu", "cpuset")

        if kept.startswith("E"):
            assert refusal(write, f"/cg/a/{file}", written) == kept
        else:
            write(f"/cg/a/{file}", written)
            assert await read(f"/cg/a/{file}") == kept

    run(program)
