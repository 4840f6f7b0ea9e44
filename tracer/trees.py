"""Names become source trees: the pocket tree, real Docker kept in the user's cache, any directory.

A real tree is fetched with git, checked against the commit on record (`docker-tags.tsv`), unpacked
beside its final place and moved there whole: a half-finished add leaves nothing behind.
Archives are not trusted: only plain files with plain paths are written, and only Go's.
"""

import fnmatch
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources
from pathlib import Path, PurePosixPath

import platformdirs

from tracer.errors import SourceError, UnknownSourceError

POCKET = "pocket"
REMOTE = "https://github.com/moby/moby.git"
_RECORD = "source.json"
_WANTED = ("*.go", "go.mod", "LICENSE", "NOTICE")


@dataclass(frozen=True, slots=True)
class Tree:
    """Where a tree lies, and what people call it."""

    name: str
    root: Path
    title: str
    tag: str = ""  # of the release, where it is one


@dataclass(frozen=True, slots=True)
class Added:
    """A real tree in the cache."""

    name: str
    tag: str
    commit: str
    files: int
    digest: str  # sha256 over the paths and contents


def find(name: str) -> Tree:
    """Find a tree by name or directory.

    Raises:
        UnknownSourceError: it is neither.

    """
    if name == POCKET:
        return Tree(POCKET, _pocket(), "Docker 1.2.0 (pocket tree)")
    if re.fullmatch(r"[\w.-]+", name) and (_cache() / name / _RECORD).is_file():
        record = _record(_cache() / name)
        version = record.tag.removeprefix("docker-").removeprefix("v")
        return Tree(
            name, _cache() / name / "tree", f"Docker {version} ({record.commit[:7]})", record.tag
        )
    root = Path(name)
    if root.is_dir():
        return Tree(name, root, root.resolve().name)
    raise UnknownSourceError(name, [POCKET, *(a.name for a in added())])


def added() -> tuple[Added, ...]:
    """The real trees in the cache, by name."""
    if not _cache().is_dir():
        return ()
    places = sorted(p for p in _cache().iterdir() if (p / _RECORD).is_file())
    return tuple(_record(p) for p in places)


def add(name: str, remote: str = REMOTE, releases: Mapping[str, str] | None = None) -> Added:
    """Fetch a release of Docker and keep it under the name given.

    `releases` (tag → commit) are those on record unless others are given.

    Raises:
        SourceError: the tag is not on record, git fails, or the commit is another one.

    """
    tag, commit = _release(name, releases or recorded())
    place = _cache() / name
    if place.exists():
        raise SourceError(
            f"{name} is there already; to fetch it again: trace-docker source remove {name}"
        )
    _cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_cache(), prefix=".adding-") as scratch:
        made = Path(scratch) / "made"
        count = _unpack(_archive(Path(scratch), tag, commit, remote), made / "tree")
        if not count:
            raise SourceError(f"{remote} has no Go file at {tag}")
        record = Added(name, tag, commit, count, _digest(made / "tree"))
        (made / _RECORD).write_text(json.dumps(_as_dict(record), indent=1) + "\n")
        made.rename(place)
    return record


def remove(name: str) -> None:
    """Delete a tree from the cache."""
    _known(name)
    shutil.rmtree(_cache() / name)


def verify(name: str) -> Added:
    """Check that a tree in the cache is what was fetched.

    Raises:
        SourceError: a file was changed, added or lost.

    """
    record = _known(name)
    if _digest(_cache() / name / "tree") != record.digest:
        raise SourceError(
            f"{name} differs from what was fetched: trace-docker source remove {name},"
            " then add it again"
        )
    return record


# The record of releases


@cache
def recorded() -> Mapping[str, str]:
    """The releases of Docker on record: tag → commit."""
    table = resources("tracer").joinpath("docker-tags.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    return {row[0]: row[1] for row in rows}


def _release(name: str, releases: Mapping[str, str]) -> tuple[str, str]:
    """The tag and commit that a name means: `v29.0.0` is `docker-v29.0.0`."""
    for tag in (name, f"docker-{name}"):
        if tag in releases:
            return tag, releases[tag]
    close = [t for t in releases if name.strip("v") and name.strip("v") in t][:4]
    hint = f"; did you mean {', '.join(close)}?" if close else ", as in v1.2.0 or docker-v29.0.0"
    raise SourceError(f"no release of Docker is called {name!r}{hint}")


# Git


def _archive(scratch: Path, tag: str, commit: str, remote: str) -> bytes:
    """The Go files of a tag as a tar archive, once its commit is checked.

    A repository on this machine is read where it is: nothing needs to be fetched, and objects that
    it lacks do not matter unless they are Go files.
    """
    here = Path(remote).is_dir()
    repository = remote if here else str(scratch / "git")
    reference = f"refs/tags/{tag}" if here else "FETCH_HEAD"
    try:
        if not here:
            _git("init", "--quiet", "--bare", repository)
            wanted = ("--depth", "1", "--no-tags", "--", remote, f"refs/tags/{tag}")
            _git("-C", repository, "fetch", "--quiet", *wanted)
        found = _git("-C", repository, "rev-parse", "--verify", f"{reference}^{{commit}}")
    except subprocess.CalledProcessError as error:
        raise SourceError(
            f"cannot fetch {tag} from {remote} ({_said(error)}); without a network, give a git URL"
            f" or directory: trace-docker source add {tag} --from DIR"
        ) from None
    if (given := found.decode().strip()) != commit:
        raise SourceError(
            f"{tag} of {remote} is commit {given[:12]}, not {commit[:12]} as on record;"
            " nothing was added"
        )
    try:
        listed = _git("-C", repository, "ls-tree", "-r", "-z", "--name-only", commit).decode()
        patterns = [
            f":(glob)**/{p}" for p in _WANTED if fnmatch.filter(listed.split("\0"), f"*{p}")
        ]
        return _git("-C", repository, "archive", "--format=tar", commit, "--", *patterns)
    except subprocess.CalledProcessError as error:
        raise SourceError(f"cannot read {tag} of {remote} ({_said(error)})") from None


def _said(error: subprocess.CalledProcessError) -> str:
    """What git said went wrong, in one line."""
    lines = (error.stderr or b"").decode("utf-8", "replace").strip().splitlines()
    return next((line for line in lines if line.startswith(("fatal:", "error:"))), "git failed")


def _git(*arguments: str) -> bytes:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, its arguments after `--`
            ["git", *arguments],  # noqa: S607 - git is wherever the user has it
            capture_output=True,
            check=True,
            env=environment,
        )
    except FileNotFoundError:
        raise SourceError("git is not installed; it fetches the trees") from None
    return done.stdout


# Files


def _unpack(archive: bytes, into: Path) -> int:
    """Write the Go files, go.mod files and licences of an archive; returns how many."""
    count = 0
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            wanted = any(fnmatch.fnmatch(path.name, pattern) for pattern in _WANTED)
            safe = not path.is_absolute() and ".." not in path.parts
            content = tar.extractfile(member) if member.isfile() and wanted and safe else None
            if content is not None:
                target = into.joinpath(*path.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
                count += 1
    return count


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    yield from sorted(p for p in root.rglob("*") if p.is_file())


def _cache() -> Path:
    return platformdirs.user_cache_path("trace-docker") / "sources"


def _pocket() -> Path:
    inside = Path(__file__).parent / "_fixtures" / "docker-1.2"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "fixtures" / "docker-1.2"


def _known(name: str) -> Added:
    found = next((a for a in added() if a.name == name), None)
    if found is None:
        raise SourceError(f"no source {name!r} was added; see: trace-docker source list")
    return found


def _record(place: Path) -> Added:
    try:
        return Added(**json.loads((place / _RECORD).read_text()))
    except (ValueError, TypeError):
        raise SourceError(
            f"the record of {place.name} is damaged: trace-docker source remove {place.name}"
        ) from None


def _as_dict(record: Added) -> dict[str, object]:
    return {name: getattr(record, name) for name in Added.__slots__}
