"""A learner's commands end to end."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tracer.classroom import loop, state
from tracer.cli import app

PACK = """
title = "Namespaces"

[[item]]
id = "clone-1"
question = "Which flag gives a process its own PID 1?"
options = ["CLONE_NEWPID", "CLONE_NEWNS", "CLONE_NEWUTS"]
right = "A"
why = "A new pid namespace counts from 1."
hints = ["Think of numbers.", "Not the mounts.", "It ends in PID."]

[[item]]
id = "join-1"
question = "Write the twin of SendToChild."
path = "docker-run"
twin = "(*syncpipe.SyncPipe).SendToChild"

[[item]]
id = "order-1"
question = "Put these in order."
lines = ["clone", "join the cgroups", "execve"]
strays = ["reboot"]
"""
BODY = """
    syscall.write(self.parent_end, json.dumps(state).encode())
    syscall.shutdown(self.parent_end)
"""
WRITTEN = f"def send_to_child(self, state):{BODY}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(PACK)
    return tmp_path


def exercise(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["exercise", *arguments])


def test_a_question_fails_then_passes_then_explains() -> None:
    started = exercise("start", "--pack", "mine.toml")
    wrong = exercise("check", "B")
    right = exercise("check", "a")

    assert "C  CLONE_NEWUTS" in started.stdout
    assert (wrong.exit_code, right.exit_code) == (1, 0)
    assert "counts from 1" not in wrong.stdout
    assert "counts from 1" in right.stdout
    assert "Next: join-1" in right.stdout


def test_after_three_tries_at_an_order_the_stray_is_told() -> None:
    exercise("start", "order-1", "--pack", "mine.toml")
    said = [exercise("check", "A", "B", "C", "D").stdout for _ in range(3)]

    assert ["leave it out" in each for each in said] == [False, False, True]
    assert "After 3 tries: D is on another path" in said[2]


def test_the_solution_comes_after_a_pass_or_on_giving_up() -> None:
    exercise("start", "--pack", "mine.toml")
    refused = exercise("solution")
    given = exercise("solution", "--give-up")
    exercise("check", "A")

    assert refused.exit_code == 2
    assert "--give-up" in refused.stderr
    assert given.stdout.startswith("A\n")
    assert state.load(Path(state.FILE)).of("clone-1").first is False  # type: ignore[union-attr]
    assert exercise("solution", "clone-1").exit_code == 0


def test_there_are_three_hints() -> None:
    exercise("start", "--pack", "mine.toml")
    said = [exercise("hint").stdout for _ in range(4)]

    assert said[0] == "Hint 1 of 3: Think of numbers.\n"
    assert said[2] == said[3] == "Hint 3 of 3: It ends in PID.\n"


def test_a_function_is_written_in_a_file_of_its_own(folder: Path) -> None:
    exercise("start", "join-1", "--pack", "mine.toml")
    place = folder / loop.FOLDER / "join-1.py"
    starter = place.read_text()
    failed = exercise("check")
    place.write_text(starter.replace("\n    raise NotImplementedError  # write it here\n", BODY))
    passed = exercise("check")

    assert failed.exit_code == 1
    assert "NotImplementedError" in failed.stdout
    assert passed.stdout.startswith("✓ Right")
    assert state.load(folder / state.FILE).of("join-1").first  # type: ignore[union-attr]


def test_nothing_of_the_learner_s_is_overwritten(folder: Path) -> None:
    exercise("start", "join-1", "--pack", "mine.toml")
    place = folder / loop.FOLDER / "join-1.py"
    starter = place.read_text()
    place.write_text("# mine\n")
    again = exercise("start", "join-1")
    kept = place.read_text()
    exercise("reset", "join-1")

    assert "Your file is" in again.stdout
    assert kept == "# mine\n"
    assert place.read_text() == starter
    assert (folder / loop.FOLDER / "join-1.old1").read_text() == "# mine\n"


def test_a_folder_stays_with_its_pack_and_seed() -> None:
    exercise("start", "--pack", "mine.toml")
    other = exercise("start", "--seed", "9")

    assert other.exit_code == 2
    assert len(other.stderr.splitlines()) == 1


def test_start_goes_on_where_the_learner_left_off() -> None:
    exercise("start", "--pack", "mine.toml")
    assert "clone-1" in exercise("start").stdout
    exercise("check", "A")

    assert "join-1" in exercise("start").stdout


def test_next_goes_to_the_first_item_that_is_not_done() -> None:
    exercise("start", "--pack", "mine.toml")
    exercise("check", "A")
    exercise("start", "order-1")
    exercise("check", "A C B")

    assert "join-1" in exercise("next").stdout
    assert "2 of 3 done." in exercise("list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("start", "nothing-of-the-name"),
        ("start", "--pack", "no.toml"),
        ("check-pack", "no.toml"),
        ("check", "B", "C"),
    ],
)
def test_wrong_use_gets_one_line(arguments: tuple[str, ...]) -> None:
    exercise("start", "--pack", "mine.toml")
    refused = exercise(*arguments)

    assert refused.exit_code == 2
    assert len(refused.stderr.splitlines()) == 1


def test_a_broken_progress_file_gets_one_line(folder: Path) -> None:
    (folder / state.FILE).write_text("[")
    refused = exercise("list")

    assert refused.exit_code == 2
    assert "remove it" in refused.stderr


def test_an_own_pack_that_holds_is_said_to_hold() -> None:
    checked = exercise("check-pack", "mine.toml")

    assert checked.exit_code == 0
    assert checked.stdout.splitlines()[-1].endswith("all hold")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"CLONE_NEWNS"', '"CLONE_NEWPID"', "there twice"),
        ('id = "order-1"', 'id = "clone-1"', "there twice"),
        ('right = "A"', 'right = "D"', "right is a letter"),
        ('right = "A"', "", "'right' is missing"),
        ('path = "docker-run"', 'path = "nowhere"', "no path"),
        ('SyncPipe).SendToChild"', 'SyncPipe).Nothing"', "names 0 twins"),
        (
            'twin = "(*syncpipe.SyncPipe).SendToChild"',
            f'twin = "(*syncpipe.SyncPipe).SendToChild"\nstarter = """\n{WRITTEN}"""',
            "its starter passes",
        ),
        ('title = "Namespaces"', 'title = "', "mine.toml"),
        ("options =", "choices =", "'choices' is unknown"),
    ],
)
def test_a_pack_that_does_not_hold_is_told_why(folder: Path, old: str, new: str, said: str) -> None:
    (folder / "mine.toml").write_text(PACK.replace(old, new))
    checked = exercise("check-pack", "mine.toml")

    assert checked.exit_code in {1, 2}
    assert said in checked.stdout + checked.stderr
