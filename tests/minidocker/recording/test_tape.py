import json

import pytest

from tracer.minidocker import scenarios
from tracer.minidocker.recording import changes, tape
from tracer.minidocker.recording.tape import TapeError

RECORDING = scenarios.run("docker-run")
TEXT = tape.write(RECORDING)


def test_a_recording_that_was_written_is_read_back() -> None:
    assert tape.read(TEXT) == RECORDING


def test_the_same_run_gives_the_same_bytes() -> None:
    assert tape.write(scenarios.run("docker-run")) == TEXT


def test_a_recording_of_docker_run_is_small() -> None:
    assert len(TEXT.encode()) < 150_000


def test_the_changes_lead_from_the_start_to_the_end() -> None:
    assert changes.after(RECORDING.start, RECORDING.changes) == RECORDING.end


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "something else"}',
        json.dumps(json.loads(TEXT) | {"steps": [[1, 2]]}),
        json.dumps(json.loads(TEXT) | {"states": {}}),
        json.dumps(json.loads(TEXT) | {"changes": json.loads(TEXT)["changes"][1:]}),
    ],
)
def test_what_is_no_recording_is_refused(text: str) -> None:
    with pytest.raises(TapeError):
        tape.read(text)
