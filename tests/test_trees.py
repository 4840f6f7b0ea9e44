import subprocess
from pathlib import Path

import pytest

from tracer import trees
from tracer.errors import SourceError, UnknownSourceError

GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "init.defaultBranch=main")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "trace-docker" / "sources"


@pytest.fixture
def repository(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A git repository with a tag, and the record of its commit."""
    root = tmp_path / "repository"
    (root / "daemon").mkdir(parents=True)
    (root / "daemon" / "daemon.go").write_text("package daemon\n")
    (root / "evil.sh").write_text("exit 1\n")
    (root / "link.go").symlink_to("/etc/passwd")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v0.0.1"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    done = subprocess.run([*GIT, "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True)
    return root, {"v0.0.1": done.stdout.decode().strip()}


def test_a_tree_is_added_under_the_name_typed_and_found_again(
    repository: tuple[Path, dict[str, str]],
) -> None:
    root, releases = repository
    trees.add("v0.0.1", str(root), releases)
    tree = trees.find("v0.0.1")

    assert [a.name for a in trees.added()] == ["v0.0.1"]
    assert [p.name for p in tree.root.rglob("*") if p.is_file()] == ["daemon.go"]


def test_another_commit_than_the_one_on_record_is_refused_and_nothing_is_left(
    repository: tuple[Path, dict[str, str]], cache: Path
) -> None:
    root, _ = repository
    with pytest.raises(SourceError, match="not aaaaaaaaaaaa as on record; nothing was added"):
        trees.add("v0.0.1", str(root), {"v0.0.1": "a" * 40})

    assert list(cache.iterdir()) == []


def test_without_a_network_the_line_names_from(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"trace-docker source add v1\.2\.0 --from DIR"):
        trees.add("v1.2.0", str(tmp_path / "nowhere.git"))

    assert list(cache.iterdir()) == []


def test_a_changed_file_does_not_verify(repository: tuple[Path, dict[str, str]]) -> None:
    root, releases = repository
    trees.add("v0.0.1", str(root), releases)
    trees.verify("v0.0.1")
    (trees.find("v0.0.1").root / "daemon" / "daemon.go").write_text("package other\n")

    with pytest.raises(SourceError, match="differs from what was fetched"):
        trees.verify("v0.0.1")


def test_a_removed_tree_is_gone(repository: tuple[Path, dict[str, str]]) -> None:
    root, releases = repository
    trees.add("v0.0.1", str(root), releases)
    trees.remove("v0.0.1")

    assert trees.added() == ()
    with pytest.raises(UnknownSourceError):
        trees.find("v0.0.1")


@pytest.mark.parametrize("name", ["../x", "/etc", "v99.9.9", "", "a/b", "--upload-pack=x"])
def test_a_name_that_is_no_release_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="no release of Docker is called"):
        trees.add(name)
    with pytest.raises(SourceError, match="was added"):
        trees.remove(name)


def test_a_tag_has_two_names() -> None:
    with pytest.raises(SourceError, match=r"cannot fetch docker-v29\.0\.0"):
        trees.add("v29.0.0", "/nowhere.git")
