"""Compare the call sites of two trees with what Go's own type checker says: `make accuracy`.

The trees: the pocket tree, and Docker 20.10 as Debian packages it, where it is installed.
Exit code 1 where a figure is below its bar.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tracer import pipeline

HERE = Path(__file__).parent
POCKET = HERE.parent / "fixtures" / "docker-1.2"
LIBRARY = Path("/usr/share/gocode/src")  # where Debian keeps Go source
DEBIAN = LIBRARY / "github.com" / "docker" / "docker"
DOCKER = "github.com/docker/docker"
NAMED = {"func", "method", "method-embedded", "iface", "iface-embedded"}
RECALL = {"own": 0.995, "outside": 0.98}
PRECISION = 0.995
SHOWN = 5  # wrong sites to list for each tree

Site = tuple[str, str, str]  # file, line, column


@dataclass
class Score:
    """What was right at the calls of declared functions, by where the callee is declared."""

    sites: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    forms: int = 0  # other calls whose form is right, of all others
    others: int = 0
    wrong: list[str] = field(default_factory=list)

    def below(self) -> list[str]:
        """Say which figures are below their bar."""
        return [
            f"{origin}: {name} {share:.2%} is below {bar:.1%}"
            for origin in RECALL
            for name, share, bar in (
                ("recall", self.recall(origin), RECALL[origin]),
                ("precision", self.precision(origin), PRECISION),
            )
            if share < bar
        ]

    def recall(self, origin: str) -> float:
        """Sites with the right callee, of the oracle's."""
        return self.right[origin] / max(1, self.sites[origin])

    def precision(self, origin: str) -> float:
        """Right callees, of those that were named."""
        return self.right[origin] / max(1, self.answered[origin])


def compare(truth: Path, found: dict[Site, list[tuple[str, str]]]) -> Score:
    """Hold the found sites against the oracle's."""
    score = Score()
    for row in truth.read_text(encoding="utf-8").splitlines():
        file, line, column, kind, origin, callee = row.split("\t")
        answers = found.get((file, line, column), [])
        if kind not in NAMED:
            score.others += 1
            score.forms += any(form == kind for form, _ in answers)
            continue
        names = {name for _, name in answers if name}
        score.sites[origin] += 1
        score.answered[origin] += len(names)
        if callee in names:
            score.right[origin] += 1
        else:
            score.wrong.append(f"{file}:{line}:{column}: {callee}, not {sorted(names)}")
    return score


def sites(tree: Path, tags: str) -> dict[Site, list[tuple[str, str]]]:
    """The call sites of a tree's own packages, as this project sees them."""
    graph = pipeline.trace(str(tree), tags.split()).graph
    found: dict[Site, list[tuple[str, str]]] = defaultdict(list)
    for body in graph.resolution.everything(vendored=False):
        for site in body.sites:
            place = (site.file, str(site.pos.line), str(site.pos.col))
            found[place].append((site.kind, site.instance))
    return found


def score(oracle: Path, tree: Path, tags: str, scratch: Path) -> Score:
    """Score one tree; dependencies from outside are put where a vendored tree has them."""
    scratch.mkdir()
    options = ["-root", str(tree), "-own", DOCKER, "-tags", tags, "-deps", str(LIBRARY)]
    subprocess.run([oracle, *options, scratch], check=True)
    copy = scratch / "tree"
    shutil.copytree(tree, copy)
    for row in (scratch / "deps.tsv").read_text(encoding="utf-8").splitlines():
        path, folder = row.split("\t")
        if Path(folder).is_relative_to(LIBRARY):
            (copy / "vendor" / path).mkdir(parents=True, exist_ok=True)
            for source in Path(folder).glob("*.go"):
                shutil.copy(source, copy / "vendor" / path)
    return compare(scratch / "sites.tsv", sites(copy, tags))


def main() -> int:
    """Print one table."""
    go = shutil.which("go")
    if go is None:
        print("accuracy: Go is not installed, so there is nothing to compare with.")
        return 1 if os.environ.get("CI") else 0
    trees = [("pocket tree", POCKET, "daemon")]
    if DEBIAN.is_dir():
        trees.append(("Docker 20.10", DEBIAN, "seccomp apparmor selinux journald"))
    else:
        print("accuracy: golang-github-docker-docker-dev is not installed; the pocket tree alone.")
    failures: list[str] = []
    print(f"{'tree':14}{'calls':>7}{'own':>7}{'recall':>9}{'prec.':>9}", end="")
    print(f"{'outside':>9}{'recall':>9}{'prec.':>9}{'other forms':>13}")
    with tempfile.TemporaryDirectory() as folder:
        oracle = Path(folder, "oracle")
        quiet = os.environ | {"GO111MODULE": "off", "GOFLAGS": ""}
        subprocess.run([go, "build", "-o", oracle, HERE / "oracle.go"], check=True, env=quiet)
        for index, (name, tree, tags) in enumerate(trees):
            found = score(oracle, tree, tags, Path(folder, str(index)))
            calls = found.sites.total() + found.others
            print(f"{name:14}{calls:7}", end="")
            for origin, width in (("own", 7), ("outside", 9)):
                print(f"{found.sites[origin]:{width}}{found.recall(origin):9.2%}", end="")
                print(f"{found.precision(origin):9.2%}", end="")
            print(f"{found.forms / max(1, found.others):13.2%}")
            failures += [f"{name}: {text}" for text in found.below()]
            failures += [f"  {text}" for text in found.wrong[:SHOWN]]
    print("\n".join(failures), file=sys.stderr)
    return int(any(not text.startswith("  ") for text in failures))


if __name__ == "__main__":
    sys.exit(main())
