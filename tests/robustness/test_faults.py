"""What may happen around a run: no room, no home, no reader, no patience, two at once."""

import os
import pty
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from running import command, environment, one_line, run

from tracer.classroom import state

# What root has read before it becomes nobody, as nobody may not read where it lies.
IMPORTED = "import hashlib, sqlite3, platformdirs, tracer.trees, tracer.commands.cache;"
OWN = '[[item]]\nid = "{}"\nquestion = "?"\noptions = ["x", "y"]\nright = "A"\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    lines = "".join(f"func f{n}() {{ steady() }}\n" for n in range(2_000))
    (folder / "a.go").write_text(f"package p\nfunc steady() {{}}\n{lines}")
    return tmp_path


def no_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_full_disk_is_said_in_one_line_and_leaves_the_old_file(tree: Path) -> None:
    (tree / "out").mkdir()
    (tree / "out/sites.tsv").write_text("old")
    done = run(tree, "export", "out", "--source", "tree", preexec_fn=no_room)

    assert "cannot write out/sites.tsv: File too large" in one_line(done)
    assert (tree / "out/sites.tsv").read_text() == "old"
    assert [p.name for p in (tree / "out").iterdir()] == ["sites.tsv"]


def test_a_full_disk_is_said_in_one_line_where_two_cores_work(tree: Path) -> None:
    for name in ("b", "c"):
        (tree / "tree" / name).mkdir()
        text = f"package {name}\nfunc F() {{ F() }}\n//" + "x" * 300_000 + "\n"
        (tree / "tree" / name / "a.go").write_text(text)
    done = run(tree, "export", "out", "--source", "tree", preexec_fn=no_room)

    assert "cannot write out/sites.tsv: File too large" in one_line(done)


def test_a_path_that_looks_like_markup_is_no_markup(tree: Path) -> None:
    (tree / "tree/x[").mkdir()
    (tree / "tree/x[/red]").mkdir()
    (tree / "tree/x[/red]/a.go").write_text("package x\nfunc f() {}\n")
    shown, terminal = pty.openpty()
    run(tree, "export", "out", "--source", "tree", capture_output=False, stderr=terminal)
    os.close(terminal)

    assert b"Traceback" not in os.read(shown, 100_000)
    assert (tree / "out/sites.tsv").exists()


def test_a_full_disk_keeps_a_site_whole(tree: Path) -> None:
    (tree / "small").mkdir()
    (tree / "small/a.go").write_text("package p\nfunc f() { f() }\n")
    assert run(tree, "site", "build", "--out", "site", "--source", "small").returncode == 0
    before = {p: p.read_bytes() for p in (tree / "site").rglob("*") if p.is_file()}
    done = run(tree, "site", "build", "--out", "site", "--source", "small", preexec_fn=no_room)

    one_line(done)
    assert {p: p.read_bytes() for p in (tree / "site").rglob("*") if p.is_file()} == before
    assert not [p for p in tree.iterdir() if "scratch" in p.name]


def test_a_screen_that_is_full_is_said_in_one_line(tree: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(
            tree, "callers", "steady", "--source", "tree",
            capture_output=False, stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip

    assert "cannot write the output: No space left on device" in one_line(done)


@pytest.mark.parametrize("most", [1, 100])
def test_a_reader_that_has_seen_enough_ends_the_run_quietly(tree: Path, most: int) -> None:
    process = subprocess.Popen(
        command("callers", "steady", "--source", "tree"),
        cwd=tree, env=environment(tree), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert len(process.stdout.read(most)) == most
    process.stdout.close()
    _, said = process.communicate()

    assert (process.returncode, said) == (0, b"")


def interruptible() -> None:  # a shell has its background jobs ignore it
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_with_130_and_no_traceback(tree: Path) -> None:
    os.mkfifo(tree / "in.toml")
    process = subprocess.Popen(
        command("exercise", "check-pack", "in.toml"),
        cwd=tree, env=environment(tree), stderr=subprocess.PIPE, preexec_fn=interruptible,  # noqa: PLW1509 - no threads
    )  # fmt: skip
    opened = os.open(tree / "in.toml", os.O_WRONLY)  # returns once it waits to read
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    os.close(opened)

    assert (process.returncode, said.strip()) == (130, b"")


@pytest.mark.parametrize("home", ["", "/dev/null/nowhere", "/proc"])
def test_without_a_home_everything_is_answered(tree: Path, home: str) -> None:
    settings = environment(tree) | {"HOME": home} if home else environment(tree)
    if not home:
        del settings["HOME"]
        settings["XDG_CACHE_HOME"] = "/proc/none"
    answered = run(tree, "callers", "steady", "--source", "tree", env=settings)
    listed = run(tree, "source", "list", env=settings)

    assert (answered.returncode, answered.stderr) == (0, "")
    assert (listed.returncode, listed.stderr) == (0, "")
    if home:
        one_line(run(tree, "source", "add", "v1.2.0", "--from", "tree", env=settings))


def test_a_home_that_may_not_be_read_is_none(tree: Path) -> None:
    (tree / "locked").mkdir(mode=0)
    script = (
        "import os; os.setegid(65534); os.seteuid(65534);"
        "from tracer import trees; from tracer.commands import cache;"
        "print(trees.added(), cache.get(b'x'), cache.put_all({b'x': b'y'}))"
    )
    settings = environment(tree) | {"XDG_CACHE_HOME": str(tree / "locked/cache")}
    script = script if os.geteuid() == 0 else script.partition(";")[2].partition("65534);")[2]
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED + script],
        cwd="/", env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.stdout, done.stderr) == ("() None None\n", "")


def test_a_place_that_cannot_be_written_is_said_in_one_line(tree: Path) -> None:
    (tree / "own.toml").write_text(OWN.format("a"))
    for arguments in (
        ("export", "/proc/out", "--source", "tree"),
        ("site", "build", "--out", "/proc/site", "--source", "tree"),
        ("patterns", "--source", "tree", "--json", "/proc/x.json"),
    ):
        assert "cannot write /proc" in one_line(run(tree, *arguments))
    done = run(tree, "exercise", "start", "--pack", str(tree / "own.toml"), cwd="/proc")
    assert "cannot write" in one_line(done)


def test_two_runs_at_once_do_not_disturb_each_other(tree: Path) -> None:
    (tree / "own.toml").write_text("".join(OWN.format(n) for n in "abcd"))
    assert run(tree, "exercise", "start", "a", "--pack", "own.toml").returncode == 0
    commands = (
        ("site", "build", "--out", "s", "--source", "tree"),
        ("site", "build", "--out", "s", "--source", "tree"),
        ("exercise", "check", "A"),
        ("exercise", "hint"),
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    settings = {"cwd": tree, "env": environment(tree)} | pipes
    both = [subprocess.Popen(command(*each), **settings) for each in commands]
    said = [process.communicate()[1] for process in both]

    assert [process.returncode for process in both] == [0, 0, 0, 0], said
    assert (tree / "s/index.html").is_file()
    assert state.load(tree / state.FILE) is not None


def test_a_progress_file_of_another_kind_is_refused_in_one_line(tree: Path) -> None:
    for content in ("[" * 100_000, "{}", "\0", '{"format": "trace-docker progress 1", "done": 1}'):
        (tree / state.FILE).write_text(content)
        assert "remove it to begin anew" in one_line(run(tree, "exercise", "list"))
