"""Export and `run-path docker-run`, cold and warm, beside other tools: `make bench`.

Usage: speed.py [ROUNDS [SOURCE…]].  Sources that are not in the cache are left out, and so are
tools that are not installed: Debian's `callgraph`, CodeGraph (npm install @colbymchenry/codegraph,
its program in PATH) and Graphify (pip install graphifyy).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from measuring import Contestant, Run, interleaved, machine, table

from tracer import pipeline, trees
from tracer.errors import TracerError

HERE = Path(__file__).parent
OURS = str(Path(sys.executable).with_name("trace-docker"))
DOCKER = "github.com/docker/docker"
SOURCES = ("pocket", "v1.2.0", "v1.13.1", "v20.10.24")
# What `callgraph` cannot load: C libraries that are not installed, programs that do not compile.
UNLOADABLE = ("/contrib", "graphdriver/devmapper", "graphdriver/btrfs")
GO_TAGS = "daemon,exclude_graphdriver_devicemapper,exclude_graphdriver_btrfs"


def main() -> None:
    """Measure each source and print the tables."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{machine()}; medians of {rounds} interleaved runs.\n")
    for name in sys.argv[2:] or SOURCES:
        try:
            tree = trees.find(name)
        except TracerError:
            print(f"{name}: not in the cache; trace-docker source add {name}\n")
            continue
        with tempfile.TemporaryDirectory() as scratch:
            print(f"{tree.title}\n")
            print(measured(tree, Path(scratch), rounds))


def measured(tree: trees.Tree, scratch: Path, rounds: int) -> str:
    """The table of one source."""
    parse = parsing(tree.name, rounds)
    tools = [*callgraph(tree, scratch), *treesitter_tools(tree, scratch)]
    found = interleaved([*ours(tree.name, scratch), *tools], rounds)
    rows = [["tree-sitter, parsing alone", f"{parse:.2f}", f"{parse:.2f}", "", "1.0"]]
    for who, one in found.items():
        if isinstance(one, Run):
            figures = [f"{one.wall:.2f}", f"{one.cpu:.2f}", f"{one.peak:.0f}"]
            rows.append([who, *figures, f"{one.cpu / parse:.1f}"])
        else:
            rows.append([f"{who}: {one}", "", "", "", ""])
    return table(["", "wall s", "cpu s", "peak MB", "cpu / parsing"], rows)


def parsing(name: str, rounds: int) -> float:
    """The time that tree-sitter takes for the files that are built."""
    command = [sys.executable, str(HERE / "parse.py"), name]
    runs = [subprocess.run(command, check=True, capture_output=True).stdout for _ in range(rounds)]
    return median(float(out.split()[1]) for out in runs)


def ours(name: str, scratch: Path) -> list[Contestant]:
    """Our commands; a cold one finds nothing, a warm one the answer of the one before.

    One more is a new question about a tree whose syntax the export before has kept.
    """
    cache = scratch / "cache"
    (cache / "trace-docker").mkdir(parents=True)
    kept = trees.kept_in()
    if kept.is_dir():
        (cache / "trace-docker" / "sources").symlink_to(kept)
    alone = (("XDG_CACHE_HOME", str(cache)),)
    forget = (cache / "trace-docker" / "answers.sqlite",)
    export = ("export", str(scratch / "tables"), "--source", name)
    walk = ("run-path", "docker-run", "--source", name)
    taskset = shutil.which("taskset")
    one = (
        [
            Contestant(
                "trace-docker export, cold, one core",
                (taskset, "-c", "0", OURS, *export),
                alone,
                None,
                forget,
            )
        ]
        if taskset
        else []
    )
    return one + [
        Contestant(f"trace-docker {what}", (OURS, *command), alone, None, gone)
        for what, command, gone in (
            ("export, cold", export, forget),
            ("export, warm", export, ()),
            ("run-path docker-run, syntax kept", walk, ()),
            ("run-path docker-run, cold", walk, forget),
            ("run-path docker-run, warm", walk, ()),
        )
    ]


def unpacked(tree: trees.Tree, scratch: Path) -> None:
    """Make a GOPATH with the tree, its vendored packages beside it."""
    folder = scratch / "go" / "src" / DOCKER
    if tree.commit:
        for path, content in tree.files().items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    else:
        shutil.copytree(tree.root, folder)
    old = folder / "vendor" / "src"  # GOPATH's own layout, which Docker 1.x has in its vendor
    if old.is_dir():
        shutil.copytree(old, scratch / "go" / "src", dirs_exist_ok=True)
        shutil.rmtree(folder / "vendor")
        for file in (scratch / "go").rglob("*.go"):
            content = file.read_bytes()
            if (written := f"{DOCKER}/vendor/src/".encode()) in content:
                file.write_bytes(content.replace(written, b""))


def callgraph(tree: trees.Tree, scratch: Path) -> list[Contestant]:
    """Go's own tool, where it is installed, for the packages that it can load."""
    if not shutil.which("callgraph"):
        return []
    unpacked(tree, scratch)
    settings = {
        "GOPATH": str(scratch / "go"),
        "GO111MODULE": "off",
        "GOFLAGS": f"-tags={GO_TAGS}",
    }
    listed = subprocess.run(
        ["go", "list", "-e", f"{DOCKER}/..."],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | settings,
    )
    packages = [
        path
        for path in listed.stdout.split()
        if not any(part in path for part in (*UNLOADABLE, "/vendor/")) and path != DOCKER
    ]
    command = ("callgraph", "-algo=vta", *packages)
    return [Contestant("callgraph -algo=vta", command, tuple(settings.items()))]


def treesitter_tools(tree: trees.Tree, scratch: Path) -> list[Contestant]:
    """CodeGraph and Graphify, where they are installed, each for the very files that we read.

    CodeGraph leaves out what is vendored unless a `.gitignore` asks for it.
    """
    folder = scratch / "files"
    for path, file in pipeline.read(tree).files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    (folder / ".gitignore").write_text("!vendor/\n")
    found = []
    if program := shutil.which("codegraph"):
        made = (folder / ".codegraph",)
        found.append(Contestant("CodeGraph", (program, "init", str(folder)), (), folder, made))
    if program := shutil.which("graphify"):
        made = (folder / "graphify-out",)
        found.append(Contestant("Graphify", (program, "update", str(folder)), (), folder, made))
    return found


if __name__ == "__main__":
    main()
