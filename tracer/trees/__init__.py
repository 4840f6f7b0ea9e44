"""Names become source trees: the pocket tree, real Docker kept in the user's cache, any directory.

A real tree is fetched with git, checked against the commit on record (`docker-tags.tsv`), and kept
as git objects (`objects.py`): a second release costs only the files that changed.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources
from pathlib import Path

import platformdirs

from tracer.errors import FileSourceError, SourceError, UnknownSourceError
from tracer.trees import git, objects

POCKET = "pocket"
_NAME = r"[\w.-]+"
REMOTE = "https://github.com/moby/moby.git"


@dataclass(frozen=True, slots=True)
class Tree:
    """Where a tree lies, and what people call it."""

    name: str
    root: Path  # its directory; for a release the repository that has its objects
    title: str
    tag: str = ""  # of the release, where it is one
    commit: str = ""  # the same

    def files(self, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, bytes]:
        """The files of a release, those whose path is wanted: path → content."""
        kept = objects.Objects(self.root)
        try:
            every = kept.listing(self.commit).files
            listed = {path: id_ for path, id_ in every.items() if wanted(path)}
            ids = sorted(set(listed.values()))
            found = dict(zip(ids, (content for _, content in kept.contents(ids)), strict=True))
        except (git.GitError, ValueError) as error:
            raise _damaged(self.name, str(error)) from None
        return {path: found[id_] for path, id_ in sorted(listed.items())}


@dataclass(frozen=True, slots=True)
class Added:
    """A real tree in the cache."""

    name: str
    tag: str
    commit: str
    files: int


def find(name: str) -> Tree:
    """Find a tree by name or directory.

    Raises:
        UnknownSourceError: it is neither.

    """
    if name == POCKET:
        return Tree(POCKET, _pocket(), "Docker 1.2.0 (pocket tree)")
    named = re.fullmatch(_NAME, name) is not None
    if named and (commit := _kept().names().get(name)):
        tag = _tag(name)
        version = tag.removeprefix("docker-").removeprefix("v")
        return Tree(name, _kept().place, f"Docker {version} ({commit[:7]})", tag, commit)
    root = Path(name)
    with suppress(FileNotFoundError):  # the working directory is gone
        if name and root.is_dir():
            return Tree(name, root, root.resolve().name)
        if root.is_file():
            raise FileSourceError(name, str(root.parent))
    if named and _earlier(name):
        raise SourceError(
            f"{name} was kept by an earlier trace-docker; keep it the new way with:"
            f" trace-docker source add {name}"
        )
    raise UnknownSourceError(name, [POCKET, *_kept().names()])


def added() -> tuple[Added, ...]:
    """The real trees in the cache, by name."""
    found = sorted(_kept().names().items())
    return tuple(
        Added(name, _tag(name), commit, len(_kept().listing(commit).files))
        for name, commit in found
    )


def add(name: str, remote: str = REMOTE, releases: Mapping[str, str] | None = None) -> Added:
    """Fetch a release of Docker and keep it under the name given.

    `releases` (tag → commit) are those on record unless others are given.

    Raises:
        SourceError: the tag is not on record, git fails, or the commit is another one.

    """
    tag, commit = _release(name, releases or recorded())
    if name in _kept().names():
        raise SourceError(
            f"{name} is there already; to fetch it again: trace-docker source remove {name}"
        )
    with tempfile.TemporaryDirectory(prefix="trace-docker-") as scratch:
        origin = _checked(scratch, tag, commit, remote)
        try:
            count = _kept().add(name, commit, origin)
        except git.GitError as error:
            raise SourceError(f"cannot read {tag} of {remote} ({error})") from None
        except OSError as error:
            raise SourceError(f"cannot keep {name}: {error.strerror}: {_kept().place}") from None
    if not count:
        raise SourceError(f"{remote} has no Go file at {tag}")
    return Added(name, tag, commit, count)


def remove(name: str) -> None:
    """Delete a tree from the cache, and what an earlier trace-docker kept under its name."""
    earlier = _earlier(name)
    if name in _kept().names():
        try:
            _kept().remove(name)
        except git.GitError as error:
            raise _damaged(name, str(error)) from None
    elif not earlier:
        _known(name)
    if earlier:
        shutil.rmtree(kept_in() / name)


def verify(name: str) -> Added:
    """Check that a tree in the cache is what was fetched.

    Raises:
        SourceError: a file was changed, added or lost.

    """
    commit = _known(name)
    try:
        if _kept().is_whole(commit):
            return Added(name, _tag(name), commit, len(_kept().listing(commit).files))
    except (git.GitError, ValueError) as error:
        raise _damaged(name, str(error)) from None
    raise _damaged(name, "an object is not what its id says")


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


def _tag(name: str) -> str:
    """The tag that a release kept under a name has."""
    return f"docker-{name}" if name not in recorded() and f"docker-{name}" in recorded() else name


def _checked(scratch: str, tag: str, commit: str, remote: str) -> str:
    """A repository that has a tag, once its commit is checked.

    One on this machine is read where it is: nothing needs to be fetched, and objects that it lacks
    do not matter unless they are wanted.
    """
    here = Path(remote).is_dir()
    repository, reference = (remote, f"refs/tags/{tag}") if here else (scratch, "FETCH_HEAD")
    try:
        if not here:
            git.run(scratch, "init", "--quiet", "--bare", "--template=", ".")
            wanted = ("--depth=1", "--no-tags", "--", remote, f"refs/tags/{tag}")
            git.run(scratch, "fetch", "--quiet", *wanted, network=True)
        found = git.run(repository, "rev-parse", "--verify", f"{reference}^{{commit}}")
    except git.GitError as error:
        raise SourceError(
            f"cannot fetch {tag} from {remote} ({error}); without a network, give a git URL"
            f" or directory: trace-docker source add {tag} --from DIR"
        ) from None
    if (given := found.decode().strip()) != commit:
        raise SourceError(
            f"{tag} of {remote} is commit {given[:12]}, not {commit[:12]} as on record;"
            " nothing was added"
        )
    return repository


# Places


def kept_in() -> Path:
    """The folder in the user's cache in which releases are kept."""
    return platformdirs.user_cache_path("trace-docker") / "sources"


def _kept() -> objects.Objects:
    return objects.Objects(kept_in() / "docker.git")


def _earlier(name: str) -> bool:
    """Say whether an earlier trace-docker kept a tree of this name, unpacked."""
    return re.fullmatch(_NAME, name) is not None and os.access(
        kept_in() / name / "source.json", os.R_OK
    )


def _pocket() -> Path:
    package = Path(__file__).parents[1]
    inside = package / "_fixtures" / "docker-1.2"
    return inside if inside.is_dir() else package.parent / "fixtures" / "docker-1.2"


def _known(name: str) -> str:
    """The commit of a tree in the cache."""
    commit = _kept().names().get(name)
    if name == POCKET:
        raise SourceError(
            "the pocket tree is a part of trace-docker: it is neither kept nor fetched"
        )
    if commit is None:
        raise SourceError(f"no source {name!r} was added; see: trace-docker source list")
    return commit


def _damaged(name: str, why: str) -> SourceError:
    return SourceError(
        f"{name} differs from what was fetched ({why}): trace-docker source remove {name},"
        " then add it again"
    )
