"""The teacher's commands end to end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tracer.classroom import marking, pack
from tracer.cli import app


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("ann\nbob\n")
    return tmp_path


def test_a_class_is_packed_works_hands_in_and_is_graded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = ("volumes.K3.1", "volumes.K4.1")
    options = [word for id_ in chosen for word in ("--item", id_)]
    packed = run("classroom", "pack", "w1", "--learners", "names.txt", "--key", "k", *options)
    keys = pack.read((folder / "w1/teacher/ann.json").read_text(), "ann")
    sealed = (folder / "w1/learners/ann.json").read_text()
    (folder / "in/ann").mkdir(parents=True)
    monkeypatch.chdir(folder / "in/ann")
    started = run("exercise", "start", "--pack", str(folder / "w1/learners/ann.json"))
    typed = " ".join(map(str, marking.solution(keys.items[0])))
    checked = run("exercise", "check", typed)
    monkeypatch.chdir(folder)
    graded = run("classroom", "grade", "in", "--keys", "w1/teacher", "--out", "marks")
    reported = run("classroom", "report", "marks")

    assert packed.exit_code == 0
    assert [item.id for item in keys.items] == list(chosen)
    assert keys.items != pack.read((folder / "w1/teacher/bob.json").read_text(), "bob").items
    assert not {"right", "before", "strays", "why", "hints"} & set(json.loads(sealed)["items"][0])
    assert keys.items[0].why not in sealed
    assert "volumes.K3.1" in started.stdout
    assert checked.stdout.startswith("✓ Right")
    assert "2 learners, 4 answers, 5 of 24 points, 0 errors" in graded.stdout
    assert (folder / "marks/report.html").is_file()
    assert reported.exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("pack", "w1", "--learners", "none.txt", "--key", "k"),
        ("pack", ".", "--learners", "names.txt", "--key", "k"),
        ("grade", "nowhere", "--keys", "nowhere"),
        ("report", "nowhere"),
    ],
)
def test_wrong_use_gets_one_line(arguments: tuple[str, ...]) -> None:
    refused = run("classroom", *arguments)

    assert refused.exit_code == 2
    assert len(refused.stderr.splitlines()) == 1
