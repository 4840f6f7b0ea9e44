import pytest

from tracer.guide import runs
from tracer.minidocker import scenarios

NAMES = ["docker-run", "network-init"]


def test_a_run_is_the_same_in_another_process() -> None:
    found = runs.recordings(NAMES)

    assert list(found) == NAMES
    assert found["network-init"] == scenarios.run("network-init")


def test_what_the_other_process_did_not_come_to_is_run_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "_BESIDE", "import sys; sys.exit(3)")

    assert set(runs.recordings(NAMES)) == set(NAMES)
