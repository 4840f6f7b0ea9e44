from pathlib import Path

import pytest

from tracer.minidocker import session
from tracer.minidocker.__main__ import main
from tracer.minidocker.session import Session, SessionError


def test_a_command_sees_what_an_earlier_one_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--state", str(tmp_path / "machine.json")]

    assert main([*kept, "run", "--name", "one", "busybox", "true"]) == 0
    assert main([*kept, "run", "--name", "one", "busybox", "true"]) == 1
    assert "one is already assigned" in capsys.readouterr().out


def test_without_a_file_each_command_has_a_new_machine() -> None:
    assert main(["run", "--name", "one", "busybox", "true"]) == 0
    assert main(["run", "--name", "one", "busybox", "true"]) == 0


def test_a_saved_session_is_loaded_as_it_was(tmp_path: Path) -> None:
    begun = Session("7", ("docker run busybox true",))
    begun.save(tmp_path / "m")

    assert session.load(tmp_path / "m") == begun


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": "x"}', '{"format": "trace-docker machine 1"}']
)
def test_a_file_that_is_no_machine_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine"
    path.write_text(text)

    with pytest.raises(SessionError):
        session.load(path)
    assert main(["--state", str(path), "run", "busybox", "true"]) == 2
    assert path.read_text() == text


def test_trace_says_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--trace", "run", "busybox", "hostname"])
    printed = capsys.readouterr().out

    assert "joined the memory group /docker/" in printed
    assert "sethostname(" in printed
