"""One release for each minor one, added and exported from one git directory, the oldest first.

Usage: growth.py GIT_DIRECTORY [FIRST [LAST]], as in `growth.py ~/src/moby v1.0.0 v1.13.0`.
"""

import re
import sys
import tempfile
from pathlib import Path

from measuring import Contestant, Run, machine, run, table

from tracer import trees

OURS = str(Path(sys.executable).with_name("trace-docker"))
_TAG = re.compile(r"(?:docker-)?v(\d+)\.(\d+)\.(\d+)(?:-ce)?")
HEAD = ("release", "MB", "new MB", "add s", "export s", "cpu s", "peak MB", "cache MB")


def main() -> None:
    """Print a row for each release, and the sum."""
    origin, first, last = [*sys.argv[1:], "", ""][:3]
    rows: list[list[str]] = []
    seen: set[str] = set()
    sums = [0.0, 0.0, 0.0]
    print(f"{machine()}; one run.\n")
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch) / "cache"
        alone = (("XDG_CACHE_HOME", str(cache)),)
        for tag in between(first, last):
            add = run(Contestant("", (OURS, "source", "add", tag, "--from", origin), alone))
            tables = str(Path(scratch) / "tables")
            made = run(Contestant("", (OURS, "export", tables, "--source", tag), alone))
            if not isinstance(add, Run) or not isinstance(made, Run):
                print(f"{tag}: {add if isinstance(add, str) else made}", file=sys.stderr)
                continue
            size, new = sizes(cache, tag, seen)
            sums = [a + b for a, b in zip(sums, (size, new, add.cpu + made.cpu), strict=True)]
            kept = sum(f.stat().st_size for f in cache.rglob("*") if f.is_file()) / 1e6
            figures = (size, new, add.wall, made.wall, add.cpu + made.cpu, made.peak, kept)
            rows.append([tag, *(f"{figure:.1f}" for figure in figures)])
            print(rows[-1], file=sys.stderr)
    rows.append(["all", f"{sums[0]:.1f}", f"{sums[1]:.1f}", "", "", f"{sums[2]:.1f}", "", ""])
    print(table(HEAD, rows))


def between(first: str, last: str) -> list[str]:
    """The lowest patch of each minor release, from one to another."""
    lowest: dict[tuple[int, int], tuple[int, str]] = {}
    for tag in trees.recorded():
        if match := _TAG.fullmatch(tag):
            major, minor, patch = map(int, match.groups())
            lowest[major, minor] = min(lowest.get((major, minor), (patch, tag)), (patch, tag))
    tags = [lowest[version][1] for version in sorted(lowest) if version <= (29, 0)]
    begin = tags.index(first) if first else 0
    return tags[begin : tags.index(last) + 1 if last else None]


def sizes(cache: Path, tag: str, seen: set[str]) -> tuple[float, float]:
    """The megabytes of a release's Go files, and of those that no release before had."""
    objects = trees.objects.Objects(cache / "trace-docker" / "sources" / "docker.git")
    listed = objects.listing(objects.names()[tag]).files
    ids = sorted({id_ for path, id_ in listed.items() if path.endswith(".go")})
    length = {
        id_: len(content) for id_, (_, content) in zip(ids, objects.contents(ids), strict=True)
    }
    size = sum(length[id_] for path, id_ in listed.items() if path.endswith(".go"))
    new = sum(length[id_] for id_ in set(ids) - seen)
    seen |= set(ids)
    return size / 1e6, new / 1e6


if __name__ == "__main__":
    main()
