from pathlib import Path

import pytest

from tracer.errors import NoGoSourceError
from tracer.golang import source


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return root


def test_tests_testdata_and_hidden_folders_are_left_out(tmp_path: Path) -> None:
    names = ["a.go", "a_test.go", "testdata/b.go", ".git/c.go", "_old/d.go", "sub/e.go", "x.txt"]
    tree = source.read(write(tmp_path, dict.fromkeys(names, b"package p\n")), "x")

    assert list(tree.files) == ["a.go", "sub/e.go"]


def test_a_file_that_is_not_utf_8_is_a_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.go": b"package p\n", "b.go": b"package p\n// \xff\n"})
    tree = source.read(tmp_path, "x")

    assert list(tree.files) == ["a.go"]
    assert [str(p) for p in tree.problems] == ["b.go:2: not UTF-8; it is left out"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"a.go": b"package p\n"})
    (tmp_path / "b.go").symlink_to("/etc/passwd")

    assert list(source.read(tmp_path, "x").files) == ["a.go"]


def test_a_directory_without_go_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoGoSourceError, match="no Go source in x"):
        source.read(tmp_path, "x")


def test_a_line_past_the_end_is_empty() -> None:
    tree = source.from_texts({"a.go": "package p\n"})

    assert tree.files["a.go"].line(1) == "package p"
    assert tree.files["a.go"].line(9) == ""


def test_go_mod_is_read_for_each_folder_that_has_one(tmp_path: Path) -> None:
    write(tmp_path, {"go.mod": b"module a\n", "api/go.mod": b"module b\n", "a.go": b"package a\n"})

    assert source.read(tmp_path, "x").modules == {"": "module a\n", "api": "module b\n"}
