"""A tree on a disk that would like to bring a reader down, or to have it read something else."""

import os
import stat
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer.testing import CliRunner, Result

from tracer.cli import app
from tracer.golang import source

SOUND = b"package p\n\nfunc main() { steady() }\n\nfunc steady() {}\n"
NOBODY = 65534
ENCODINGS = ["utf-16", "utf-32", "utf-16-le", "latin-1", "shift-jis", "utf-8-sig", "utf-7"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def told(tree: Path) -> list[str]:
    """Ask who calls the sound function: it is answered; what is said besides."""
    result = run("callers", "steady", "--source", str(tree))

    assert result.exception is None
    assert "sound.go:3  p.main" in result.stdout
    return result.stderr.splitlines()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "sound.go").write_bytes(SOUND)
    return folder


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_another_encoding_is_read_or_said(tree: Path, encoding: str) -> None:
    text = 'package p\n\nfunc other() { steady(); print("äßソ") }\n'
    (tree / "other.go").write_bytes(text.encode(encoding, "replace"))
    lines = told(tree)

    if encoding in {"utf-8-sig", "utf-7"}:
        assert lines == [] if encoding == "utf-8-sig" else True
    else:
        assert "other.go" in lines[0]


def test_what_is_not_text_is_left_out_with_the_reason(tree: Path) -> None:
    (tree / "nul.go").write_bytes(b"package p\n\0func x() {}\n")
    (tree / "noise.go").write_bytes(bytes(range(256)) * 10)
    (tree / "empty.go").write_bytes(b"")
    (tree / "crlf.go").write_bytes(b"package p\r\n\r\nfunc more() {}\r\n")
    (tree / "cr.go").write_bytes(b"package p\rfunc y() {}\r")

    lines = told(tree)
    assert "trace-docker: noise.go:2: not UTF-8; it is left out" in lines
    assert "trace-docker: nul.go:2: not text; it is left out" in lines
    assert "the rest of the tree is read" in lines[-1]


def test_a_file_of_more_than_four_megabytes_is_not_parsed(tree: Path) -> None:
    (tree / "large.go").write_bytes(b"package p\n" + b"// x\n" * (source.largest.get() // 5))

    assert told(tree) == ["trace-docker: large.go: more than 4 MB; it is left out"]


def test_how_large_a_file_may_be_can_be_said(tree: Path) -> None:
    (tree / "large.go").write_bytes(b"package p\n" + b"// x\n" * 1000)
    question = ("callers", "steady", "--source", str(tree))

    assert "0.003 MB; it is left out" in run("--max-file-size", "0.003", *question).stderr
    assert run("--max-file-size", "0.02", *question).stderr == ""


NAMES = ["a\nb.go", "a\x1b[2Jb.go", "\u202egnp.go", "a\tb.go", os.fsdecode(b"\xff.go")]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_cannot_be_shown_is_left_out(tree: Path, name: str) -> None:
    (tree / name).write_bytes(b"package p\n")
    (tree / "d\ne").mkdir()
    (tree / "d\ne" / "x.go").write_bytes(b"package e\n")
    lines = told(tree)

    assert all(line.isprintable() for line in lines)
    assert sum("a name that cannot be shown" in line for line in lines[:-1]) == 2
    assert not any(r"\\" in line for line in lines)


def test_links_are_not_followed(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.go").write_text("package secret\nfunc Secret() {}\n")
    (tree / "out.go").symlink_to(tmp_path / "secret.go")
    (tree / "loop").symlink_to(tree)
    (tree / "away").symlink_to(tmp_path)
    (tree / "dangling.go").symlink_to("nowhere")
    (tree / "self.go").symlink_to("self.go")

    assert told(tree) == []
    assert run("show", "Secret", "--source", str(tree)).exit_code == 2


def test_what_is_no_plain_file_is_not_opened(tree: Path) -> None:
    os.mkfifo(tree / "pipe.go")
    (tree / "folder.go").mkdir()

    assert told(tree) == []


def test_a_file_that_may_not_be_read_is_said() -> None:
    """As a file does that lies in another's home: it is listed, and cannot be read."""
    with TemporaryDirectory() as place:
        tree = Path(place)
        tree.chmod(0o755)
        (tree / "sound.go").write_bytes(SOUND)
        (tree / "mine.go").write_bytes(b"package p\n")
        (tree / "mine.go").chmod(0)
        told(tree)  # what the program needs itself is read by now
        before = os.geteuid()
        if before == 0:  # who may read everything
            os.seteuid(NOBODY)
        try:
            said = told(tree)
        finally:
            os.seteuid(before)

    assert "mine.go: Permission denied; it is left out" in said[0]


def test_names_that_differ_by_case_alone_are_kept_apart(tree: Path) -> None:
    for folder, name in (("a", "x.go"), ("A", "x.go"), ("a", "X.go")):
        (tree / folder).mkdir(exist_ok=True)
        (tree / folder / name).write_bytes(f"package q\nfunc F{folder}{name[0]}() {{}}\n".encode())
    built = run("site", "build", "--out", str(tree.parent / "site"), "--source", str(tree))
    pages = [p.relative_to(tree.parent).as_posix() for p in (tree.parent / "site").rglob("*.html")]

    assert told(tree) == []
    assert built.exit_code == 0, built.stderr
    assert len({page.lower() for page in pages}) == len(pages)


def test_what_a_tree_holds_does_not_steer_a_terminal(tree: Path) -> None:
    (tree / "x.go").write_bytes(b"package p\nfunc esc() { steady() } // \x1b[2J\xc2\x9b\n")
    (tree / "y.go").write_bytes(
        b'package p\nfunc key() { m := map[string]int{"\x1b]0;x\x07": 1} }\n'
    )
    shown = run("show", "esc", "--source", str(tree)).stdout
    steps = run("run-path", "--from", "esc", "--to", "steady", "--source", str(tree)).stdout

    assert "␛[2J" in shown
    assert not {"\x1b", "\x9b", "\x07"} & set(shown + steps)


def test_every_command_answers_on_a_hostile_tree(tree: Path, tmp_path: Path) -> None:
    (tree / "broken.go").write_bytes(b"package p\nfunc x() { y := }\n" + SOUND[11:20])
    (tree / "deep.go").write_bytes(
        b"package p\nfunc d() { " + b"(" * 50_000 + b")" * 50_000 + b" }"
    )
    (tree / "latin.go").write_bytes(b"package p\n// \xe9\n")
    (tree / "types.go").write_bytes(b"package p\ntype T interface { m() }\n")
    (tree / "script.go").write_bytes(b"package p\n// </script><img src=x onerror=alert(1)>\n")
    commands = {
        "paths": (), "callers": ("steady",), "callees": ("main",), "implements": ("T",),
        "show": ("main",), "patterns": (), "graph": (), "check": (),
        "export": (str(tmp_path / "out"),), "run-path": ("--from", "main", "--to", "steady"),
    }  # fmt: skip
    for name, arguments in commands.items():
        result = run(name, *arguments, "--source", str(tree))
        said = result.stderr.splitlines()

        assert result.exception is None or isinstance(result.exception, SystemExit), name
        assert result.exit_code == 0, (name, said)
        assert any("nested more than 2000 levels deep" in line for line in said), name
        assert any("the rest of the tree is read" in line for line in said), name
    built = run("site", "build", "--out", str(tmp_path / "site"), "--source", str(tree))
    assert built.exit_code == 0
    mode = (tmp_path / "site/index.html").stat().st_mode
    assert stat.S_IMODE(mode) & 0o444 == 0o444


def test_files_that_come_and_go_while_a_tree_is_read_are_read_or_said(tree: Path) -> None:
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            for each in range(20):
                (tree / f"gone{each}.go").write_bytes(SOUND)
            for each in range(20):
                (tree / f"gone{each}.go").unlink()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        for _ in range(100):
            found = source.read(tree, "tree")
            assert found.files["sound.go"].content == SOUND
            for problem in found.problems:
                assert problem.message == "No such file or directory; it is left out"
    finally:
        over.set()
        other.join()


def test_a_file_that_changes_while_it_is_read_is_read_as_it_was_at_some_time(tree: Path) -> None:
    over, other_text = threading.Event(), SOUND.replace(b"steady", b"changed")

    def change() -> None:
        while not over.is_set():
            for text in (other_text, SOUND):
                scratch = tree / "scratch"
                scratch.write_bytes(text)
                scratch.replace(tree / "sound.go")

    other = threading.Thread(target=change)
    other.start()
    try:
        for _ in range(100):
            found = source.read(tree, "tree")
            assert found.files["sound.go"].content in {SOUND, other_text}
    finally:
        over.set()
        other.join()
