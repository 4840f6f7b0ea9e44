"""A scenario that a learner has changed; edits are real files, so a copy of the package is run."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tracer import minidocker, pipeline
from tracer.minidocker import edits, live
from tracer.minidocker.edits import Edit, EditError
from tracer.pipeline import Traced
from tracer.render.site import live as live_site

PACKAGE = Path(minidocker.__path__[0])
RUN = """
import json, pathlib, sys
from tracer.minidocker import edits
wanted = [edits.Edit(*each) for each in json.loads(sys.argv[1])]
edits.apply(pathlib.Path("tracer/minidocker"), wanted)
from tracer.minidocker import live
print(live.run("docker-run", json.loads(sys.argv[2]), wanted))
"""


@pytest.fixture(scope="module")
def visits(pocket: Traced) -> list[live.Visit]:
    return live_site.visits(pipeline.run_twin(pipeline.walk(pocket, "docker-run")))


@pytest.fixture
def changed(visits: list[live.Visit], tmp_path: Path):
    """Runs `docker run` with one function of the twin's network replaced."""

    def run(change) -> dict:
        shutil.copytree(PACKAGE, tmp_path / "tracer" / "minidocker")
        (tmp_path / "tracer" / "__init__.py").touch()
        file = tmp_path / "tracer" / "minidocker" / "libcontainer" / "network.py"
        lines = file.read_text().split("\n")
        first = lines.index("def _set_interface_master(name: str, bridge: str) -> None:") + 1
        last = next(n for n in range(first, len(lines)) if not lines[n].strip())
        text = change("\n".join(lines[first - 1 : last]))
        asked = json.dumps([["libcontainer/network.py", first, last, text]]), json.dumps(visits)
        command = [sys.executable, "-c", RUN, *asked]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return run


def test_an_unchanged_run_tells_of_each_step_what_was_recorded(
    pocket: Traced, visits: list[live.Visit]
) -> None:
    compared = pipeline.run_twin(pipeline.walk(pocket, "docker-run"))
    told = json.loads(live.run("docker-run", visits))

    assert told["problem"] == ""
    assert told["output"] == compared.recording.output
    assert {number: each["changed"] for number, each in told["steps"].items()} == {
        str(pair.step.number): list(pair.changed) for pair in compared.pairs if pair.ran
    }


def test_a_changed_run_changes_what_the_step_does_and_goes_on(changed) -> None:
    told = changed(lambda text: text.replace("master=bridge", 'master=""'))
    said = [line for each in told["steps"].values() for line in each["changed"]]

    assert (told["problem"], told["output"]) == ("", "hello\n")
    assert not any("was plugged into docker0" in line for line in said)


def test_a_loop_without_end_is_stopped(changed) -> None:
    told = changed(lambda text: text + "\n    while True:\n        pass")

    assert "a loop without end" in told["problem"]
    assert "of your text)" in told["problem"]
    assert len(told["steps"]) > 50


def test_a_run_that_fails_is_told_as_far_as_it_came(changed) -> None:
    told = changed(lambda text: text + "\n    1 / 0")

    assert told["problem"].startswith("ZeroDivisionError: division by zero (line ")
    assert any(
        "was plugged into docker0" in s for e in told["steps"].values() for s in e["changed"]
    )


def test_a_text_takes_the_place_of_its_lines_as_far_in_as_they_were() -> None:
    content = "class A:\n    def f(self):\n        return 1\n\n    x = 1\n"
    edit = Edit("a.py", 2, 3, "def f(self):\n    return 2\n")

    assert edits.splice(content, edit) == content.replace("return 1", "return 2")


def test_a_text_that_is_no_python_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ndef f():\n    return 1\n")

    with pytest.raises(EditError, match=r"^line 2: "):
        edits.apply(tmp_path, [Edit("a.py", 2, 3, "def f():\n    return (")])
    assert (tmp_path / "a.py").read_text() == "x = 1\ndef f():\n    return 1\n"
