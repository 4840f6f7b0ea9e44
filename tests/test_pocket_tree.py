"""The pocket tree is a real Go program, and its own."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from conftest import need

from tracer import trees
from tracer.golang import modules, parser, source
from tracer.golang.source import SourceTree
from tracer.pipeline import Traced

ROOT = trees.find(trees.POCKET).root
# Statements that any Go program has, and entries that are facts of the wire: routes and job names.
PLAIN = re.compile(
    r"[\[\])},;(]+|return( \w+,)?( nil| err| false| true)*|\} else \{|default:|break|continue"
    r'|"[^"]*": *[\w.]+,|return (nil|-1|""), err|'
)


def test_go_vet_passes_offline_and_without_cgo(tmp_path: Path) -> None:
    go = need("go")
    package = tmp_path / "src" / "github.com" / "docker" / "docker"
    package.parent.mkdir(parents=True)
    package.symlink_to(ROOT.resolve())
    environment = os.environ | {
        "GOPATH": f"{tmp_path}:{package}/vendor",
        "GOCACHE": str(tmp_path / "cache"),
        "GO111MODULE": "off",
        "CGO_ENABLED": "0",
        "GOFLAGS": "",
        "GOPROXY": "off",
        "PWD": str(package),
    }
    vendored = [f"github.com/{p}/..." for p in ("docker/libcontainer", "gorilla", "kr", "syndtr")]
    done = subprocess.run(
        [go, "vet", "-tags", "daemon", "./...", *vendored],
        check=False,
        cwd=package,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""
    assert done.returncode == 0


def test_the_tree_is_read_without_a_problem(pocket: Traced) -> None:
    assert pocket.graph.program.problems == ()
    assert pocket.graph.program.root == "github.com/docker/docker"


def test_every_own_call_is_resolved(pocket: Traced) -> None:
    unresolved = [
        f"{site.file}:{site.line} {site.reason}"
        for body in pocket.graph.resolution.everything()
        for site in body.sites
        if site.kind == "unresolved"
    ]

    assert unresolved == []


def test_no_body_promises_work_that_it_does_not_do(pocket: Traced) -> None:
    offenders = [
        path
        for path, file in pocket.graph.program.tree.files.items()
        if re.search(rb"\b(TODO|FIXME|XXX)\b|panic\(\"(todo|not implemented)", file.content)
    ]

    assert offenders == []


def test_no_three_statements_in_a_row_are_docker_s(real: Traced) -> None:
    theirs = set(runs(real.graph.program.tree))
    ours = source.read(ROOT, "pocket")
    common = sorted({place for run, place in runs(ours).items() if run in theirs})

    assert common == []


def runs(tree: SourceTree) -> dict[tuple[str, ...], str]:
    """Three statement lines in a row of one body → where they begin."""
    found: dict[tuple[str, ...], str] = {}
    for path, file in tree.files.items():
        if modules.is_vendored(path) and "/docker/libcontainer/" not in path:
            continue
        for function in parser.parse(file).functions:
            lines = list(statements(file.content, function.start.line, function.end.line))
            for (n, a), (_, b), (_, c) in zip(lines, lines[1:], lines[2:], strict=False):
                found.setdefault((a, b, c), f"{path}:{n}")
    return found


def statements(content: bytes, first: int, last: int) -> Iterator[tuple[int, str]]:
    lines = content.decode("utf-8", "replace").split("\n")
    for number in range(first + 1, last):
        line = " ".join(lines[number - 1].partition("//")[0].split())
        if not PLAIN.fullmatch(line):
            yield number, line
