import pytest
from minidocker.kernel.simulate import run

from tracer.minidocker.golib import goroutine, time
from tracer.minidocker.kernel.scheduler import Wait


def test_the_machine_is_switched_on_on_the_day_of_docker_1_2() -> None:
    assert time.written(61.5) == "2014-08-20T00:01:01.500000Z"
    assert time.written(None) == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, "Less than a second"),
        (1, "1 seconds"),
        (59, "59 seconds"),
        (60, "About a minute"),
        (150, "2 minutes"),
        (3600, "About an hour"),
        (47 * 3600, "47 hours"),
        (3 * 86400, "3 days"),
        (15 * 86400, "2 weeks"),
    ],
)
def test_durations_are_said_roughly(seconds: float, said: str) -> None:
    assert time.human_duration(seconds) == said


def test_who_waits_within_a_time_is_told_whether_somebody_came() -> None:
    answers: list[tuple[bool, float]] = []

    async def program() -> None:
        wait = Wait()
        goroutine.start(wake(wait, 3))
        answers.append((await time.within(2, wait), time.now()))
        answers.append((await time.within(2, wait), time.now()))

    async def wake(wait: Wait, seconds: float) -> None:
        await time.sleep(seconds)
        wait.wake()

    kernel = run(program)

    assert answers == [(False, 2), (True, 3)]
    assert kernel.system.scheduler.now == 3


def test_moments_are_read_as_seconds_of_1970_or_as_written() -> None:
    read: list[float] = []

    async def program() -> None:
        read.extend(map(time.unix, ("2014-08-20T00:00:05Z", "1408492805")))

    run(program)

    assert read == [5, 5]
