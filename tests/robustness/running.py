"""The command line as a person runs it: in a process of its own, with a home of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tracer", *arguments]


def environment(home: Path) -> dict[str, str]:
    # A full disk would cut the bytecode that Python keeps beside the program, too.
    kept = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT)}


def run(home: Path, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Run a command; `home` is its folder too unless `cwd` says otherwise."""
    settings = {"cwd": home, "env": environment(home), "capture_output": True} | more
    return subprocess.run(command(*arguments), text=True, check=False, **settings)


def one_line(done: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """What went wrong, said in one line, with that exit code."""
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr
