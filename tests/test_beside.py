"""Work beside ours gives what it would have given here, whatever becomes of the copy."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tracer.beside import beside

HERE = os.getpid()


def _where() -> dict[str, bytes]:
    return {"place": b"here" if os.getpid() == HERE else b"beside"}


def _result(work: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    with beside(work) as begun:
        return begun.result()


def _fail_once_there_is(place: Path) -> None:
    while not place.exists():
        time.sleep(0.01)
    raise RuntimeError("ours")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # servers of other tests
@pytest.mark.usefixtures("two_cores")
class TestTwoCores:
    def test_work_is_done_in_another_process(self) -> None:
        assert _result(_where) == {"place": b"beside"}

    def test_any_text_comes_back_whole(self) -> None:
        found = {"a.tsv": b"h\xc3\xb6f\n\0" * 100_000, "empty": b""}
        assert _result(lambda: found) == found

    def test_a_copy_that_dies_leaves_the_work_to_us(self) -> None:
        def dies_beside() -> dict[str, bytes]:
            if os.getpid() != HERE:
                os.kill(os.getpid(), signal.SIGKILL)
            return _where()

        assert _result(dies_beside) == {"place": b"here"}

    def test_an_error_is_met_here(self) -> None:
        def fails() -> dict[str, bytes]:
            raise ValueError("of ours")

        with pytest.raises(ValueError, match="of ours"):
            _result(fails)

    def test_nobody_is_left_where_the_result_is_not_asked_for(self, tmp_path: Path) -> None:
        place = tmp_path / "pid"

        def waits() -> dict[str, bytes]:
            (tmp_path / "new").write_text(str(os.getpid()))
            (tmp_path / "new").rename(place)
            signal.pause()
            return {}

        with pytest.raises(RuntimeError, match="ours"), beside(waits):
            _fail_once_there_is(place)
        with pytest.raises(ProcessLookupError):
            os.kill(int(place.read_text()), 0)

    def test_a_copy_that_nobody_can_wait_for_leaves_the_work_to_us(self) -> None:
        before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # its end is told to nobody
        try:
            assert _result(_where) == {"place": b"here"}
        finally:
            signal.signal(signal.SIGCHLD, before)

    def test_no_room_for_a_copy_leaves_the_work_to_us(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full() -> int:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(os, "fork", full)
        assert _result(_where) == {"place": b"here"}


def test_with_threads_the_work_is_done_here() -> None:
    # A copy has no other thread, but the locks that one held.
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert _result(_where) == {"place": b"here"}
    finally:
        over.set()
        other.join()


def test_with_one_core_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert _result(_where) == {"place": b"here"}


def test_a_large_process_does_the_work_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.beside._LARGE", 1)
    assert _result(_where) == {"place": b"here"}
