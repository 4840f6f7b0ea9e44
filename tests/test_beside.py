"""Work beside ours gives what it would have given here, whatever becomes of the copy."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tracer.beside import Exchange, Turns, Work, beside, cores

HERE = os.getpid()


def _where(_: Exchange | None = None) -> bytes:
    return b"here" if os.getpid() == HERE else b"beside"


def _result(work: Work) -> bytes | None:
    with beside(work) as begun:
        return begun.result()


def _note_pid(place: Path) -> bytes:
    (place / "new").write_text(str(os.getpid()))
    (place / "new").rename(place / "pid")
    return b""


def _fail_once_there_is(place: Path) -> None:
    _wait_for(place)
    raise RuntimeError("ours")


def _wait_for(place: Path) -> None:
    _until(place.exists)


def _until(reached: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if reached():
            return
        time.sleep(0.01)
    pytest.fail("it does not come")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # servers of other tests
@pytest.mark.usefixtures("two_cores")
class TestTwoCores:
    def test_work_is_done_in_another_process(self) -> None:
        assert _result(_where) == b"beside"

    def test_any_bytes_come_back_whole(self) -> None:
        for found in (b"", b"h\xc3\xb6f\n\0" * 1_000_000):
            assert _result(lambda _, found=found: found) == found

    def test_both_say_something_and_hear_the_other(self) -> None:
        large = b"x" * 5_000_000  # more than a pipe holds

        with beside(lambda exchange: b"heard " + exchange(large + b"theirs")[-4:]) as begun:
            assert begun.exchange(large + b"ours") == large + b"theirs"
            assert begun.result() == b"heard ours"

    def test_each_turn_is_taken_by_one_of_the_two(self) -> None:
        with closing(Turns(200)) as turns, beside(lambda _: bytes(turns)) as begun:
            ours = list(turns)
            theirs = begun.result()

        assert theirs is not None
        assert sorted([*ours, *theirs]) == list(range(200))

    def test_a_copy_that_dies_has_no_result(self) -> None:
        assert _result(lambda _: os.kill(os.getpid(), signal.SIGKILL) or b"") is None

    def test_a_copy_that_dies_says_nothing(self) -> None:
        with beside(lambda _: os.kill(os.getpid(), signal.SIGKILL) or b"") as begun:
            assert begun.exchange(b"ours") is None
            assert begun.result() is None

    def test_a_copy_that_cannot_be_told_something_is_let_go(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> int:
            raise OSError(28, "No space left on device")

        with beside(lambda exchange: exchange(b"theirs")) as begun:
            monkeypatch.setattr(os, "pwrite", full)
            assert begun.exchange(b"ours") is None
            assert begun.result() is None
            assert not begun.is_begun

    def test_a_copy_that_fails_has_no_result(self) -> None:
        def fails(_: Exchange) -> bytes:
            raise ValueError("of theirs")

        assert _result(fails) is None

    def test_a_copy_whose_maker_is_gone_ends(self, tmp_path: Path) -> None:
        maker = os.fork()
        if not maker:
            with beside(lambda exchange: _note_pid(tmp_path) + exchange(b"")):
                _wait_for(tmp_path / "pid")
                os._exit(0)
        os.waitpid(maker, 0)
        pid = int((tmp_path / "pid").read_text())
        _until(lambda: not _is_alive(pid))

    def test_nobody_is_left_where_the_result_is_not_asked_for(self, tmp_path: Path) -> None:
        def waits(_: Exchange) -> bytes:
            _note_pid(tmp_path)
            signal.pause()
            return b""

        with pytest.raises(RuntimeError, match="ours"), beside(waits):
            _fail_once_there_is(tmp_path / "pid")
        assert not _is_alive(int((tmp_path / "pid").read_text()))

    def test_no_room_for_a_copy_leaves_the_work_to_us(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full() -> int:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(os, "fork", full)
        with beside(_where) as begun:
            assert not begun.is_begun
            assert begun.exchange(b"ours") is None
            assert begun.result() is None

    def test_a_copy_that_would_take_too_much_is_not_made(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tracer.beside._room", lambda: 1_000)
        with beside(_where, 999) as small, beside(_where, 1_000) as large:
            assert small.is_begun
            assert not large.is_begun


def test_alone_all_turns_are_ours() -> None:
    with closing(Turns(3)) as turns:
        assert [*turns, *turns] == [0, 1, 2]


def test_with_threads_there_is_no_copy() -> None:
    # A copy has no other thread, but the locks that one held.
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert _result(_where) is None
    finally:
        over.set()
        other.join()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no such call here: Linux has it")
def test_one_core_that_we_may_use_makes_no_copy() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert cores() == 1
        assert _result(_where) is None
    finally:
        os.sched_setaffinity(0, before)
