"""Doors shut: what is read is never run, what is written stays in its place, nobody is called."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import running
from conftest import need
from running import one_line

from tracer import pipeline
from tracer.errors import OutputError
from tracer.outputs import folders

ROOT = Path(__file__).parents[2]
MODULES = {
    p.relative_to(ROOT).as_posix(): ast.parse(p.read_text())
    for p in sorted((ROOT / "tracer").rglob("*.py"))
}
TRUSTING = {"pickle", "marshal", "shelve", "dill", "yaml", "code", "codeop", "runpy", "imp"}
NETWORK = {"socket", "ssl", "http.client", "ftplib", "smtplib", "telnetlib", "requests", "httpx"}


def imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{a.name}" for a in node.names)}
    return found


def calls(tree: ast.Module) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_nothing_that_is_read_is_trusted_as_code() -> None:
    for name, tree in MODULES.items():
        assert not imports(tree) & TRUSTING, name
        assert not calls(tree) & {"eval", "os.system", "os.popen", "yaml.load", "__import__"}, name


def test_only_the_learners_code_is_executed() -> None:
    run = {name for name, tree in MODULES.items() if "exec" in calls(tree)}

    assert run == {"tracer/guide/exercises/breaking.py"}


def test_no_program_is_started_through_a_shell() -> None:
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "shell":
                pytest.fail(f"{name}:{node.value.lineno} names a shell")


def test_only_the_server_knows_of_sockets() -> None:
    assert {name for name, tree in MODULES.items() if imports(tree) & NETWORK} == set()
    served = {n for n, tree in MODULES.items() if any("http.server" in i for i in imports(tree))}

    assert served == {"tracer/render/site/serve.py"}


WATCHED = """
import os, sys
seen = []
def look(event, arguments):
    if event.startswith("socket.") or event in {"os.system", "os.exec", "os.posix_spawn"}:
        seen.append(f"{event} {arguments!r}"[:200])
    if event == "subprocess.Popen":
        seen.append(f"{event} {os.path.basename(str(arguments[0]))}")
sys.addaudithook(look)
from tracer.cli import app
for line in sys.stdin:
    try:
        app(line.split(), prog_name="t", standalone_mode=False)
    except BaseException as error:
        if not isinstance(error, SystemExit) and type(error).__name__ not in {"Exit"}:
            raise
print("SEEN", sorted(set(seen)), file=sys.stderr)
"""
COMMANDS = """run-path
run-path --from main --to steady --source tree --html w.html --json w.json --tour w.tour
paths
callers steady --source tree
callees main --source tree
implements I --source tree
show main --source tree
patterns --source tree
graph --source tree --format text
export out --source tree
check --source tree
site build --out site --source tree
mini ps
source list
exercise start --pack own.toml
exercise check A
exercise list
"""


def test_no_command_but_source_add_opens_a_connection(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.go").write_text(
        "package main\ntype I interface { m() }\ntype T int\nfunc (T) m() {}\n"
        "func main() { steady() }\nfunc steady() {}\n"
    )
    (tmp_path / "own.toml").write_text(
        '[[item]]\nid = "a"\nquestion = "?"\noptions = ["x", "y"]\nright = "A"\n'
    )
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        input=COMMANDS,
        cwd=tmp_path,
        env=running.environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr.splitlines()[-1] == "SEEN []", done.stderr


# Fetching


@pytest.fixture
def home(tmp_path: Path) -> Path:
    need("git")
    return tmp_path


@pytest.mark.parametrize(
    "remote",
    [
        "--upload-pack=touch ran",
        "-cprotocol.ext.allow=always",
        "-c",
        "ext::sh -c touch% ran",
        "fd::17",
        "transport::x",
        "file:///nowhere",
        "ssh://-oProxyCommand=touch%20ran/x",
        "-oProxyCommand=x:y",
    ],
)
def test_a_remote_is_no_option_and_no_command(home: Path, remote: str) -> None:
    for arguments in (("--from", remote), (f"--from={remote}",)):
        said = one_line(running.run(home, "source", "add", "v1.2.0", *arguments, timeout=60))

        assert said.startswith("trace-docker: ")
    assert not (home / "ran").exists()
    assert running.run(home, "source", "list").stdout.count("\n") == 1


@pytest.mark.parametrize("name", ["../x", "/etc", "-v1.2.0", "v1.2.0/../../x", ".", "", "--help=x"])
def test_the_name_of_a_release_is_no_path_and_no_option(home: Path, name: str) -> None:
    for command in ("add", "remove", "verify"):
        one_line(running.run(home, "source", command, "--", name))


def test_a_hostile_repository_runs_nothing(home: Path) -> None:
    place = home / "repository"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(place)]
    subprocess.run(["git", "init", "-q", str(place)], check=True)
    (place / "a.go").write_text("package p\n")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    subprocess.run([*git, "tag", "v1.2.0"], check=True)
    ran = f"touch {home}/ran"
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "uploadpack.packObjectsHook"):
        subprocess.run([*git, "config", key, ran], check=True)
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (place / ".git/hooks" / hook).write_text(f"#!/bin/sh\n{ran}\n")
        (place / ".git/hooks" / hook).chmod(0o755)
    for remote in (str(place), f"file://{place}"):
        said = one_line(running.run(home, "source", "add", "v1.2.0", "--from", remote))
        assert "on record" in said
    assert not (home / "ran").exists()


# Writing


def test_a_folder_that_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years")
    with pytest.raises(OutputError, match="other files"):
        pipeline.write_folder(tmp_path / "mine", {"index.html": "x"})

    assert (tmp_path / "mine/thesis.txt").read_text() == "years"


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("years")
    (tmp_path / "out.json").symlink_to(tmp_path / "mine.txt")
    pipeline.write(tmp_path / "out.json", "{}")

    assert (tmp_path / "mine.txt").read_text() == "years"
    assert (tmp_path / "out.json").read_text() == "{}"


def test_a_device_is_written_to_and_stays_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    pipeline.write(tmp_path / "pipe", "said")

    assert os.read(reader, 10) == b"said"
    assert (tmp_path / "pipe").is_fifo()
    os.close(reader)


def test_a_site_is_exchanged_in_one_step_and_leaves_no_scratch(tmp_path: Path) -> None:
    place = tmp_path / "site"
    left = tmp_path / ".site.scratch-killed"
    left.mkdir()
    (left / "half.html").write_text("half")
    for text in ("one", "two"):
        pipeline.write_folder(place, {"index.html": text})
        assert (place / "index.html").read_text() == text
    (tmp_path / "thing").mkdir()
    with pytest.raises(OutputError):
        folders.write(place / "index.html", {"x": ""}, {}, (".mark", ""))

    assert sorted(p.name for p in tmp_path.iterdir()) == ["site", "thing"]


def test_names_in_a_pack_lead_to_no_other_folder(tmp_path: Path) -> None:
    item = {
        "id": "../../../x", "kind": "K9", "path": "docker-run", "step": 0, "question": "?",
        "shown": "", "why": "", "hints": ["", "", ""],
        "answer": {"form": "Code", "path": "docker-run", "twin": "main.main", "starter": "x",
                   "solution": "x", "places": []},
    }  # fmt: skip
    content = {"format": "trace-docker exercises 1", "title": "t", "sealed": False, "items": [item]}
    folder = tmp_path / "a/b/c"
    folder.mkdir(parents=True)
    (folder / "p.json").write_text(json.dumps(content))
    running.run(tmp_path, "exercise", "start", "--pack", "p.json", cwd=folder)

    assert not [p for p in tmp_path.rglob("x*") if p.suffix == ".py" and folder not in p.parents]


def test_a_name_with_a_slash_is_none_for_a_learner(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("../ann\n")
    done = running.run(tmp_path, "classroom", "pack", "w", "--learners", "names.txt", "--key", "k")

    assert "cannot name a file" in one_line(done)
