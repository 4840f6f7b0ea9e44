import subprocess
from concurrent.futures import ThreadPoolExecutor
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
    return root, {"v0.0.1": head(root)}


def head(root: Path) -> str:
    done = subprocess.run([*GIT, "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True)
    return done.stdout.decode().strip()


def next_release(root: Path) -> dict[str, str]:
    """Another tag, with one file more."""
    (root / "daemon" / "new.go").write_text("package daemon // new\n")
    for command in (["add", "."], ["commit", "-qm", "y"], ["tag", "v0.0.2"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    return {"v0.0.2": head(root)}


def kept(cache: Path) -> set[str]:
    """The objects in the cache."""
    command = ["git", "cat-file", "--batch-check", "--batch-all-objects"]
    done = subprocess.run(command, cwd=cache / "docker.git", check=True, capture_output=True)
    return {*done.stdout.decode().splitlines()}


def test_a_tree_is_added_under_the_name_typed_and_found_again(
    repository: tuple[Path, dict[str, str]],
) -> None:
    root, releases = repository
    trees.add("v0.0.1", str(root), releases)
    tree = trees.find("v0.0.1")

    assert [a.name for a in trees.added()] == ["v0.0.1"]
    assert tree.files() == {"daemon/daemon.go": b"package daemon\n"}
    assert tree.files(lambda path: path.endswith("_test.go")) == {}


def test_two_releases_share_the_files_that_did_not_change(
    repository: tuple[Path, dict[str, str]], cache: Path
) -> None:
    root, releases = repository
    releases |= next_release(root)
    trees.add("v0.0.1", str(root), releases)
    trees.add("v0.0.2", str(root), releases)
    new = kept(cache)
    trees.remove("v0.0.1")

    # a commit and two trees each, and two files: one of them is in both
    assert len(new) == 3 + 3 + 2
    assert trees.find("v0.0.2").files() == {
        "daemon/daemon.go": b"package daemon\n",
        "daemon/new.go": b"package daemon // new\n",
    }
    assert len(kept(cache)) == 3 + 2


def test_two_additions_at_once_both_succeed(
    repository: tuple[Path, dict[str, str]], cache: Path
) -> None:
    root, releases = repository
    releases |= next_release(root)
    with ThreadPoolExecutor() as both:
        [*both.map(lambda name: trees.add(name, str(root), releases), releases)]

    assert [trees.verify(name).files for name in releases] == [1, 2]


def test_what_an_interrupted_addition_left_goes_with_the_next(
    repository: tuple[Path, dict[str, str]], cache: Path
) -> None:
    root, releases = repository
    left = cache / "docker.git" / "objects" / "pack" / "tmp_pack_x"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    trees.add("v0.0.1", str(root), releases)

    assert not left.exists()


def test_locks_of_a_git_that_was_killed_stand_in_nobodys_way(
    repository: tuple[Path, dict[str, str]], cache: Path
) -> None:
    root, releases = repository
    trees.add("v0.0.1", str(root), releases)
    trees.remove("v0.0.1")
    store = cache / "docker.git"
    for name in ("refs/trees/v0.0.1.lock", "config.lock", "packed-refs.lock"):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).touch()

    trees.add("v0.0.1", str(root), releases)
    assert [added.name for added in trees.added()] == ["v0.0.1"]


def test_another_commit_than_the_one_on_record_is_refused_and_nothing_is_left(
    repository: tuple[Path, dict[str, str]], cache: Path
) -> None:
    root, _ = repository
    with pytest.raises(SourceError, match="not aaaaaaaaaaaa as on record; nothing was added"):
        trees.add("v0.0.1", str(root), {"v0.0.1": "a" * 40})

    assert not cache.exists()


def test_without_a_network_the_line_names_from(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"trace-docker source add v1\.2\.0 --from DIR"):
        trees.add("v1.2.0", str(tmp_path / "nowhere.git"))

    assert not cache.exists()


def test_a_changed_object_does_not_verify(
    repository: tuple[Path, dict[str, str]], cache: Path
) -> None:
    root, releases = repository
    trees.add("v0.0.1", str(root), releases)
    trees.verify("v0.0.1")
    (pack,) = (cache / "docker.git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o600)
    content = bytearray(pack.read_bytes())
    content[-30] ^= 1
    pack.write_bytes(content)

    with pytest.raises(SourceError, match="differs from what was fetched"):
        trees.verify("v0.0.1")


def test_a_lost_object_is_one_line(repository: tuple[Path, dict[str, str]], cache: Path) -> None:
    root, releases = repository
    trees.add("v0.0.1", str(root), releases)
    for part in (cache / "docker.git" / "objects" / "pack").iterdir():
        part.unlink()

    with pytest.raises(SourceError, match="differs from what was fetched"):
        trees.find("v0.0.1").files()
    with pytest.raises(SourceError, match="differs from what was fetched"):
        trees.verify("v0.0.1")


def test_a_protocol_that_runs_a_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="transport 'ext' not allowed"):
        trees.add("v1.2.0", f"ext::sh -c touch% {tmp_path}/ran")

    assert not (tmp_path / "ran").exists()


def test_a_tree_of_an_earlier_trace_docker_says_how_to_keep_it(cache: Path) -> None:
    (cache / "v1.2.0").mkdir(parents=True)
    (cache / "v1.2.0" / "source.json").write_text("{}")
    with pytest.raises(SourceError, match=r"the new way with: trace-docker source add v1\.2\.0"):
        trees.find("v1.2.0")
    trees.remove("v1.2.0")

    assert [*cache.iterdir()] == []


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
