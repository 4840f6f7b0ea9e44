import pytest
from minidocker.kernel.simulate import forever, inside, refusal_of, run, spawn

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.scheduler import Scheduler, Task, Wait


def test_time_stands_still_while_somebody_can_run() -> None:
    async def program() -> None:
        for _ in range(5):
            await inside(nothing)

    async def nothing() -> None:
        pass

    assert run(program).system.scheduler.now == 0


def test_time_moves_on_to_the_next_alarm_when_everybody_sleeps() -> None:
    async def program() -> None:
        await syscall.nanosleep(2.5)

    assert run(program).system.scheduler.now == 2.5


def test_sleepers_wake_in_the_order_of_their_times() -> None:
    woken: list[float] = []

    async def program() -> None:
        for seconds in (3, 1, 2):
            await spawn(lambda seconds=seconds: sleeps(seconds))
        await syscall.nanosleep(4)

    async def sleeps(seconds: float) -> None:
        await syscall.nanosleep(seconds)
        woken.append(seconds)

    run(program)

    assert woken == [1, 2, 3]


def test_sleepers_of_one_time_wake_in_the_order_in_which_they_fell_asleep() -> None:
    woken: list[str] = []

    async def program() -> None:
        for name in "abc":
            await spawn(lambda name=name: sleeps(name))
        await syscall.nanosleep(2)

    async def sleeps(name: str) -> None:
        await syscall.nanosleep(1)
        woken.append(name)

    run(program)

    assert woken == ["a", "b", "c"]


def test_the_alarm_of_a_process_that_has_ended_moves_no_time() -> None:
    async def program() -> None:
        pid = await spawn(lambda: syscall.nanosleep(1000))
        syscall.kill(pid, 9)
        await syscall.wait4(pid)

    assert run(program).system.scheduler.now == 0


def test_a_negative_time_is_refused() -> None:
    async def program() -> None:
        assert await refusal_of(syscall.nanosleep(-1)) == "EINVAL"

    run(program)


def test_no_time_passes_when_the_process_that_was_waited_for_has_ended() -> None:
    kernel = Kernel(Directory())

    async def entry() -> None:
        await spawn(lambda: syscall.nanosleep(1000))
        await syscall.nanosleep(1)
        syscall.exit_group(0)

    kernel.run(until=kernel.start(entry))

    assert kernel.system.scheduler.now == 1


def test_a_slow_disk_comes_before_time() -> None:
    scheduler, order = Scheduler(), []

    async def sleeps() -> None:
        await scheduler.sleep(1)
        order.append("alarm")

    async def reads() -> None:
        await scheduler.idle
        order.append("disk")

    scheduler.ready.extend([Task(scheduler, sleeps()), Task(scheduler, reads())])
    scheduler.run()

    assert order == ["disk", "alarm"]


def test_a_task_that_is_cancelled_is_unwound_though_it_wants_to_sleep() -> None:
    scheduler, order = Scheduler(), []

    async def stubborn() -> None:
        try:
            await Wait()
        finally:
            order.append("unwinding")
            await Wait()

    task = Task(scheduler, stubborn())
    scheduler.ready.append(task)
    scheduler.run()
    task.cancel()

    assert order == ["unwinding"]
    with pytest.raises(RuntimeError):
        task.body.send(None)


def test_a_task_that_never_began_can_be_cancelled() -> None:
    async def body() -> None:
        await forever()

    Task(Scheduler(), body()).cancel()


def test_two_runs_make_the_same_calls() -> None:
    async def program() -> None:
        pids = [await spawn(lambda n=n: syscall.nanosleep(n % 3)) for n in range(6)]
        syscall.kill(pids[3], 15)
        for _ in pids:
            await syscall.wait4(-1)

    assert run(program).events == run(program).events
