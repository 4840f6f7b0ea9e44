"""The same run in the browser's Python gives the same bytes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tracer import minidocker
from tracer.minidocker import scenarios
from tracer.minidocker.recording import tape

ROOT = Path(__file__).parents[2]
PYODIDE = ROOT / "build" / "node" / "node_modules" / "pyodide"
MISSING = shutil.which("node") is None or not PYODIDE.is_dir()


@pytest.mark.skipif(
    MISSING and "CI" not in os.environ, reason="Pyodide is not there; see: make node"
)
def test_every_scenario_gives_the_same_bytes_in_pyodide() -> None:
    names = sorted(scenarios.SCENARIOS)
    package = Path(minidocker.__path__[0])
    run = subprocess.run(
        ["node", ROOT / "tests" / "pyodide" / "run.mjs", PYODIDE, package, *names],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    assert run.stdout.splitlines(keepends=True) == [
        tape.write(scenarios.run(name)) for name in names
    ]
