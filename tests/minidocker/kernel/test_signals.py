import pytest
from minidocker.kernel.simulate import field, forever, inside, mount, refusal, run, spawn

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.machine import Machine

NEW_PID = Clone.CLONE_NEWPID


async def is_alive(pid: int) -> bool:
    await syscall.nanosleep(0.1)
    return await syscall.wait4(pid, syscall.WNOHANG) == (0, 0)


def test_a_status_after_a_signal_is_minus_its_number() -> None:
    async def program() -> None:
        for signal in (1, 2, 9, 10, 15, 34):
            pid = await spawn(forever)
            syscall.kill(pid, signal)

            assert await syscall.wait4(pid) == (pid, -signal)

    run(program)


def test_some_signals_do_nothing_unless_they_are_handled() -> None:
    async def program() -> None:
        pid = await spawn(forever)
        for signal in (Signal.SIGCHLD, Signal.SIGURG, Signal.SIGWINCH, Signal.SIGCONT):
            syscall.kill(pid, signal)

        assert await is_alive(pid)

    run(program)


def test_kill_refuses_what_is_no_signal_and_who_is_not_there() -> None:
    async def program() -> None:
        assert refusal(syscall.kill, 1, 65) == "EINVAL"
        assert refusal(syscall.kill, 1, -1) == "EINVAL"
        assert refusal(syscall.kill, 99, 65) == "ESRCH"
        assert refusal(syscall.kill, 99, 15) == "ESRCH"
        assert refusal(syscall.kill, 99, 0) == "ESRCH"
        assert refusal(syscall.kill, -99, 15) == "ESRCH"

    run(program)


def test_another_user_s_process_cannot_be_signalled() -> None:
    async def other() -> None:
        syscall.setuid(7)
        assert refusal(syscall.kill, 2, 15) == "EPERM"
        assert refusal(syscall.kill, 2, 0) == "EPERM"
        assert refusal(syscall.kill, 99, 0) == "ESRCH"
        syscall.kill(syscall.getpid(), 0)

    async def program() -> None:
        assert await inside(other) == 0

    run(program)


def test_a_process_of_the_same_session_can_be_continued_by_another_user() -> None:
    async def program() -> None:
        pid = await spawn(forever)

        async def other() -> None:
            syscall.setuid(7)
            syscall.kill(pid, Signal.SIGCONT)

        assert await inside(other) == 0

    run(program)


def test_a_process_can_kill_itself() -> None:
    async def child() -> None:
        syscall.kill(syscall.getpid(), 15)
        syscall.exit_group(0)

    async def program() -> None:
        assert await inside(child) == -15

    run(program)


def test_a_group_is_signalled_together() -> None:
    async def leads() -> None:
        syscall.setsid()
        await spawn(forever)
        await forever()

    async def program() -> None:
        pid = await spawn(leads)
        syscall.kill(-pid, 15)

        assert await syscall.wait4(pid) == (pid, -15)

    assert list(run(program).system.processes) == [1]


def test_zero_stands_for_the_own_group() -> None:
    async def child() -> None:
        syscall.setsid()
        await spawn(forever)
        syscall.kill(0, 15)

    async def program() -> None:
        assert await inside(child) == -15

    assert list(run(program).system.processes) == [1]


def test_minus_one_spares_the_sender_and_the_init() -> None:
    async def init() -> None:
        pid = await spawn(sender)
        other = await spawn(forever)
        assert await syscall.wait4(other) == (other, -15)
        assert await syscall.wait4(pid) == (pid, 0)

    async def sender() -> None:
        await syscall.nanosleep(1)
        syscall.kill(-1, 15)

    async def program() -> None:
        assert await inside(init, NEW_PID) == 0

    run(program)


@pytest.mark.parametrize("signal", [Signal.SIGKILL, Signal.SIGSTOP])
def test_two_signals_can_be_neither_handled_nor_ignored(signal: Signal) -> None:
    async def program() -> None:
        assert refusal(syscall.sigaction, signal, "SIG_IGN") == "EINVAL"
        assert refusal(syscall.sigaction, signal, "SIG_DFL") == "EINVAL"

    run(program)


def test_no_such_signal_can_be_handled() -> None:
    async def program() -> None:
        assert refusal(syscall.sigaction, 0, "SIG_IGN") == "EINVAL"
        assert refusal(syscall.sigaction, 65, "SIG_IGN") == "EINVAL"
        assert refusal(syscall.sigaction, 1, "nonsense") == "EINVAL"

    run(program)


def test_an_ignored_signal_does_nothing_also_in_children() -> None:
    async def program() -> None:
        syscall.sigaction(15, "SIG_IGN")
        pid = await spawn(forever)
        syscall.kill(pid, 15)

        assert await is_alive(pid)

    run(program)


def test_a_signal_that_has_not_acted_is_dropped_when_it_becomes_ignored() -> None:
    async def program() -> None:
        gate, opener = syscall.pipe()

        async def child() -> None:
            await syscall.read(gate)
            syscall.sigaction(15, "SIG_IGN")

        pid = await spawn(child)
        await syscall.nanosleep(0)
        syscall.write(opener, b"x")
        syscall.kill(pid, 15)

        assert await syscall.wait4(pid) == (pid, 0)

    run(program)


def test_a_handler_runs_beside_the_program_and_gets_the_number() -> None:
    heard: list[int] = []

    async def note(signal: int) -> None:
        heard.append(signal)

    async def child() -> None:
        syscall.sigaction(10, note)
        await syscall.nanosleep(1)

    async def program() -> None:
        pid = await spawn(child)
        syscall.kill(pid, 10)

        assert await syscall.wait4(pid) == (pid, 0)

    run(program)

    assert heard == [10]


def test_a_handler_can_end_the_process() -> None:
    async def leave(signal: int) -> None:
        syscall.exit_group(9)

    async def child() -> None:
        syscall.sigaction(15, leave)
        await forever()

    async def program() -> None:
        pid = await spawn(child)
        syscall.kill(pid, 15)

        assert await syscall.wait4(pid) == (pid, 9)

    run(program)


def test_a_handler_that_has_not_begun_is_dropped_with_the_process() -> None:
    async def note(signal: int) -> None:
        raise AssertionError

    async def child() -> None:
        syscall.sigaction(10, note)
        syscall.kill(syscall.getpid(), 10)
        syscall.exit_group(0)

    async def program() -> None:
        assert await inside(child) == 0

    run(program)


def test_an_init_gets_from_inside_only_what_it_handles() -> None:
    heard: list[int] = []

    async def note(signal: int) -> None:
        heard.append(signal)

    async def member() -> None:
        for signal in (15, 9, Signal.SIGSTOP, 10):
            syscall.kill(1, signal)

    async def init() -> None:
        syscall.sigaction(10, note)
        await inside(member)
        await syscall.nanosleep(1)
        syscall.exit_group(5)

    async def program() -> None:
        assert await inside(init, NEW_PID) == 5

    run(program)

    assert heard == [10]


def test_an_init_does_not_die_of_its_own_signal() -> None:
    async def init() -> None:
        syscall.kill(1, 9)
        syscall.exit_group(5)

    async def program() -> None:
        assert await inside(init, NEW_PID) == 5

    run(program)


def test_an_init_gets_from_outside_only_kill_and_stop_unasked() -> None:
    async def program() -> None:
        pid = await spawn(forever, NEW_PID)
        syscall.kill(pid, 15)

        assert await is_alive(pid)
        syscall.kill(pid, 9)
        assert await syscall.wait4(pid) == (pid, -9)

    run(program)


def test_the_first_process_of_the_machine_cannot_be_killed() -> None:
    async def program() -> None:
        mount("proc", "/proc")
        syscall.kill(1, 9)
        await syscall.nanosleep(1)

        assert await field(1, "State") == "S (sleeping)"

    run(program)


def test_a_stopped_process_does_not_run_until_it_is_continued() -> None:
    async def child() -> None:
        await syscall.nanosleep(1)
        ioutil.write_file("/ran", "")

    async def program() -> None:
        mount("proc", "/proc")
        pid = await spawn(child)
        syscall.kill(pid, Signal.SIGSTOP)
        await syscall.nanosleep(2)

        assert await field(pid, "State") == "T (stopped)"
        assert not ioutil.exists("/ran")
        syscall.kill(pid, Signal.SIGCONT)
        await syscall.wait4(pid)
        assert ioutil.exists("/ran")

    run(program)


def test_signals_wait_for_a_stopped_process_but_kill_does_not() -> None:
    async def program() -> None:
        pid = await spawn(forever)
        syscall.kill(pid, Signal.SIGSTOP)
        await syscall.nanosleep(0)
        syscall.kill(pid, 15)

        assert await is_alive(pid)
        syscall.kill(pid, 9)
        assert await syscall.wait4(pid) == (pid, -9)

    run(program)


def test_what_waited_for_a_stopped_process_acts_when_it_is_continued() -> None:
    async def program() -> None:
        pid = await spawn(forever)
        syscall.kill(pid, Signal.SIGSTOP)
        await syscall.nanosleep(0)
        syscall.kill(pid, 15)
        syscall.kill(pid, Signal.SIGCONT)

        assert await syscall.wait4(pid) == (pid, -15)

    run(program)


def test_the_exit_code_of_a_client_killed_by_a_signal_is_negative() -> None:
    machine = Machine.booted()

    async def kills() -> None:
        await syscall.nanosleep(1)
        [client] = [
            each.pid
            for each in machine.kernel.system.processes.values()
            if each.argv[1:2] == ["run"]
        ]
        syscall.kill(client, 15)

    machine.kernel.start(kills)
    machine.kernel.system.programs[b"\x7fELF cat"] = _waits

    assert machine.run("docker run busybox cat")[1] == -15

    machine.switch_off()


async def _waits(argv: list[str], env: dict[str, str]) -> None:
    await forever()
