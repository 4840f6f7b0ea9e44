"""Rules of the house, each with the list of its offenders."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tracer"
MODULES = sorted(p for p in PACKAGE.rglob("*.py"))
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][
    0
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_module_is_at_most_600_lines() -> None:
    assert [name(p) for p in MODULES if len(p.read_text().splitlines()) > 600] == []


def test_a_function_is_at_most_60_lines() -> None:
    offenders = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno > 60
        and name(path) != "tracer/cli.py"  # its length is its options
    ]

    assert offenders == []


def test_a_template_is_at_most_120_lines() -> None:
    templates = [p for p in (ROOT / "templates").rglob("*") if p.is_file()]

    assert [p.name for p in templates if len(p.read_text().splitlines()) > 120] == []


def test_one_library_has_one_home() -> None:
    homes = {
        "tree_sitter": {"tracer/golang/treesitter.py"},
        "markdown_it": {"tracer/render/site/markdown.py"},
        "networkx": {"tracer/graph/graphml.py"},
        "jinja2": {"tracer/render/html.py"},
        "graphviz": {"tracer/render/picture.py"},
        "rich": {
            *("tracer/cli.py", "tracer/commands/asking.py"),
            *("tracer/render/console.py", "tracer/render/stepping.py", "tracer/render/terminal.py"),
        },
        "subprocess": {
            *("tracer/trees/git.py", "tracer/classroom/sandbox.py", "tracer/guide/runs.py"),
        },
    }
    found = {
        library: {
            name(p)
            for p in MODULES
            if re.search(rf"^(import|from) {library}\b", p.read_text(), re.MULTILINE)
        }
        for library in homes
    }

    assert found == homes


def test_nothing_is_imported_for_type_checking_alone() -> None:
    assert [name(p) for p in MODULES if "TYPE_CHECKING" in p.read_text()] == []


def test_every_module_says_what_it_is() -> None:
    assert [name(p) for p in MODULES if not ast.get_docstring(ast.parse(p.read_text()))] == []


def test_no_module_is_called_after_nothing() -> None:
    offenders = [name(p) for p in MODULES if re.search(r"^utils?$|helper|manager|common", p.stem)]

    assert offenders == []


def test_the_kernel_knows_nothing_of_what_runs_on_it() -> None:
    offenders = [
        name(p)
        for p in (PACKAGE / "minidocker" / "kernel").glob("*.py")
        if re.search(
            r"container|image|docker(?!\.kernel)",
            p.read_text().replace("tracer.minidocker", ""),
            re.IGNORECASE,
        )
    ]

    assert offenders == []


def test_the_map_in_the_readme_is_the_layers_contract() -> None:
    text = (ROOT / "README.md").read_text()
    mapped = set(re.findall(r"^  (\w+)(?:/|\.py) ", text, re.MULTILINE))
    layers = {part for row in LAYERS["layers"] for part in re.split(r" [|:] ", row)}

    assert mapped == layers - {"__main__"}


def test_stories_name_no_place() -> None:
    offenders = [
        f"{p.name}: {line}"
        for p in (PACKAGE / "guide" / "stories").glob("*.toml")
        for line in p.read_text().splitlines()
        if re.match(r"(file|line|kind|at|evidence)\b", line)
    ]

    assert offenders == []


def test_ci_pins_all_that_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.match(r"[\w-]+", each)[0].lower() for each in asked}
    pinned = set(
        re.findall(r"^([\w-]+)==", (ROOT / "requirements-ci.txt").read_text(), re.MULTILINE)
    )

    assert names - pinned == set()


def test_modules_run_late_once_and_whole_for_every_thread() -> None:
    asked = """
import sys, threading
import tracer.classroom.grading as late
from types import ModuleType
print("tracer.classroom.sandbox" in sys.modules, type(late) is ModuleType)
found = []
threads = [threading.Thread(target=lambda: found.append(late.grade)) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(found), len(set(found)), type(late) is ModuleType)
"""
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert run.stdout == "False False\n8 1 True\n"
