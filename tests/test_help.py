"""What the command line says of itself: help, examples, version, completion."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tracer import trees
from tracer.cli import app
from tracer.guide.stories import all_stories

ROOT = Path(__file__).parent.parent
# What fetches, serves, waits for keys or takes long is tested elsewhere.
ELSEWHERE = re.compile(
    r"source (add|remove|verify)|site|exercise|classroom|mini|check|export|.*--source"
)


def commands(group: object = None, path: str = "") -> Iterator[tuple[str, str]]:
    """Each command with what stands below its options."""
    known = group or typer.main.get_command(app)
    for name, command in known.commands.items():  # type: ignore[attr-defined]
        yield f"{path}{name}", command.epilog or ""
        if hasattr(command, "commands"):
            yield from commands(command, f"{path}{name} ")


def examples() -> list[str]:
    lines = [line for _, epilog in commands() for line in epilog.splitlines()]
    return [line.removeprefix("$ trace-docker ") for line in lines if line.startswith("$")]


def completed(typed: str) -> list[str]:
    """What bash offers for a line."""
    environment = {
        **os.environ,
        "_TRACE_DOCKER_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split(" ")) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tracer"], check=True, capture_output=True, env=environment
    )
    return done.stdout.decode().split()


def test_help_of_every_command_has_an_example_of_it() -> None:
    offenders = [
        name
        for name, epilog in commands()
        if name != "mini" and f"$ trace-docker {name}" not in epilog  # mini has its own help
    ]

    assert offenders == []


@pytest.mark.parametrize("line", [e for e in examples() if not ELSEWHERE.match(e)])
def test_an_example_runs_as_it_stands(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, shlex.split(line.partition(" > ")[0]))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout


def test_every_example_has_options_that_there_are() -> None:
    for line in examples():
        words, command = shlex.split(line.partition(" > ")[0]), typer.main.get_command(app)
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]

        assert command.make_context(command.name, words)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    result = CliRunner().invoke(app, ["--version"])

    assert result.stdout == f"trace-docker {project['version']}\n"


def test_the_shell_completes_commands_paths_and_trees() -> None:
    assert completed("trace-docker exp") == ["export"]
    assert completed("trace-docker source ver") == ["verify"]
    assert completed("trace-docker run-path docker") == ["docker-run", "dockerinit"]
    assert trees.POCKET in completed("trace-docker paths --source po")


def test_the_paths_offered_are_those_there_are() -> None:
    assert completed("trace-docker run-path ") == sorted(story.id for story in all_stories())


def test_help_says_how_to_set_completion_up() -> None:
    help_ = CliRunner().invoke(app, ["--help"]).stdout

    assert "trace-docker --install-completion" in re.sub(r"\s+", " ", help_)
