import gc

from minidocker.kernel.simulate import field, forever, inside, mount, read, refusal_of, run, spawn

from tracer.minidocker import syscall
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.namespaces import Clone

NEW_PID = Clone.CLONE_NEWPID


async def nothing() -> None:
    pass


def test_an_ended_process_is_a_zombie_until_it_is_waited_for() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        pid = await spawn(nothing)

        assert (await field(pid, "State"))[0] == "Z"
        assert await read(f"/proc/{pid}/cmdline") == ""
        syscall.kill(pid, 0)
        await syscall.wait4(pid)
        assert not ioutil.exists(f"/proc/{pid}")

    run(program)


def test_an_orphan_goes_to_the_init_of_its_pid_namespace() -> None:
    parents: list[int] = []

    async def orphan() -> None:
        await syscall.nanosleep(1)
        parents.append(syscall.getppid())

    async def child() -> None:
        await spawn(orphan)

    async def init() -> None:
        await inside(child)
        pid, status = await syscall.wait4(-1)
        parents.extend([pid, status])

    async def program() -> None:
        await inside(init, NEW_PID)

    run(program)

    assert parents == [1, 3, 0]


def test_all_others_die_with_the_init_of_their_pid_namespace() -> None:
    async def program() -> None:
        ended, holder = syscall.pipe()

        async def init() -> None:
            await spawn(forever)
            await spawn(lambda: inside(forever, NEW_PID))
            syscall.exit_group(3)

        pid = await syscall.clone(NEW_PID, init)
        syscall.close(holder)

        assert await syscall.read(ended) == b""
        assert await syscall.wait4(pid) == (pid, 3)
        assert await refusal_of(syscall.wait4(-1)) == "ECHILD"

    assert len(run(program).system.processes) == 1


def test_zombies_of_an_init_go_with_it() -> None:
    async def init() -> None:
        await spawn(nothing)

    async def program() -> None:
        await inside(init, NEW_PID)

    events = run(program).events
    reaped = [each.result for each in events if (each.pid, each.call) == (1, "wait4")]

    assert reaped == ["(2, 0)", "ECHILD"]


def test_nobody_begins_in_a_pid_namespace_whose_init_has_ended() -> None:
    async def program() -> None:
        syscall.unshare(NEW_PID)
        await inside(nothing)

        assert await refusal_of(spawn(nothing)) == "ENOMEM"

    run(program)


def test_exit_in_any_coroutine_ends_all_of_the_process() -> None:
    async def child() -> None:
        async def leaves() -> None:
            syscall.exit_group(4)

        goroutine.start(leaves())
        await forever()

    async def program() -> None:
        assert await inside(child) == 4

    run(program)


def test_a_coroutine_that_is_unwound_makes_no_more_calls() -> None:
    async def child() -> None:
        syscall.mkdir("/held")
        try:
            await forever()
        finally:
            syscall.rmdir("/held")

    async def program() -> None:
        pid = await spawn(child)
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

        assert ioutil.exists("/held")

    run(program)


def test_no_coroutine_is_left_by_a_process_that_died_before_it_began() -> None:
    async def child() -> None:
        goroutine.start(forever())
        goroutine.start(forever())
        syscall.exit_group(0)

    async def program() -> None:
        await inside(child)

    run(program)
    gc.collect()


def test_a_machine_that_is_switched_off_leaves_no_coroutine() -> None:
    kernel = Kernel(Directory())

    async def stubborn() -> None:
        goroutine.start(forever())
        ioutil.write_file("/cg/a/freezer.state", "FROZEN", create=False)
        ioutil.write_file("/cg/a/tasks", "0", create=False)
        try:
            await forever()
        finally:
            syscall.mkdir("/made")

    async def program() -> None:
        mount("cgroup", "/cg", "freezer")
        syscall.mkdir("/cg/a")
        await spawn(stubborn)
        await forever()

    kernel.start(program)
    kernel.run()
    calls = len(kernel.events)
    kernel.switch_off()
    gc.collect()

    assert len(kernel.events) == calls


def test_a_zombie_whose_parent_ends_is_reaped_by_the_init() -> None:
    async def child() -> None:
        await spawn(nothing)

    async def program() -> None:
        await inside(child)

    assert list(run(program).system.processes) == [1]


def test_children_of_one_who_ignores_their_end_leave_no_zombie() -> None:
    async def program() -> None:
        syscall.sigaction(17, "SIG_IGN")
        await spawn(nothing)

        assert await refusal_of(syscall.wait4(-1)) == "ECHILD"

    run(program)


def test_wait_sleeps_until_the_last_child_has_gone_if_their_end_is_ignored() -> None:
    async def program() -> None:
        syscall.sigaction(17, "SIG_IGN")
        await spawn(lambda: syscall.nanosleep(1))

        assert await refusal_of(syscall.wait4(-1)) == "ECHILD"

    assert run(program).system.scheduler.now == 1


def test_a_child_may_ask_for_a_signal_at_its_parent_s_death() -> None:
    async def program() -> None:
        ended, holder = syscall.pipe()

        async def grandchild() -> None:
            syscall.prctl("PR_SET_PDEATHSIG", 9)
            await forever()

        async def child() -> None:
            await spawn(grandchild)

        await inside(child)
        syscall.close(holder)

        assert await syscall.read(ended) == b""

    run(program)


def test_the_signal_at_the_parent_s_death_is_not_inherited() -> None:
    async def program() -> None:
        async def grandchild() -> None:
            await syscall.nanosleep(1)
            ioutil.write_file("/lived", "")

        async def child() -> None:
            syscall.prctl("PR_SET_PDEATHSIG", 9)
            await spawn(grandchild)

        await inside(child)
        await syscall.nanosleep(2)

        assert ioutil.exists("/lived")

    run(program)


def test_the_network_of_the_last_process_goes_with_it() -> None:
    async def program() -> None:
        pid = await spawn(forever, Clone.CLONE_NEWNET)
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    assert len(run(program).system.networks) == 1


def test_an_open_descriptor_keeps_a_network() -> None:
    counts: list[int] = []

    async def program() -> None:
        mount("proc", "/proc")
        pid = await spawn(forever, Clone.CLONE_NEWNET)
        number = syscall.open_(f"/proc/{pid}/ns/net")
        syscall.kill(pid, 9)
        await syscall.wait4(pid)
        syscall.setns(number, Clone.CLONE_NEWNET)
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        syscall.close(number)

    counts.append(len(run(program).system.networks))

    assert counts == [1]
