"""The machine's own answers, asked for once, and a line that counts what was compared."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

Answers = dict[str, dict[str, object]]
TESTS = Path(__file__).parents[1]
asked: list[Answers] = []


@pytest.fixture(scope="session")
def machine() -> Answers:
    """What the machine's own kernel answers; without root a user skips, CI must not."""
    reason, answers = _ask()
    if reason and os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI has both")
    if reason:
        pytest.skip(reason)
    asked.append(answers)
    return answers


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was compared, and by name what was not."""
    for answers in asked:
        sequences, observations = count(answers)
        terminalreporter.section(f"held against Linux {platform.release()}")
        terminalreporter.line(f"{sequences} sequences, {observations} observations compared")
        for name, answer in sorted(answers.items()):
            if "lacks" in answer:
                terminalreporter.line(f"not compared: {name}: {answer['lacks']}")


def count(answers: Answers) -> tuple[int, int]:
    """Count sequences and observations."""
    seen = [each["seen"] for each in answers.values() if "seen" in each]
    return len(seen), sum(len(each) for each in seen if isinstance(each, dict))


def _ask() -> tuple[str, Answers]:
    if not sys.platform.startswith("linux"):
        return "needs Linux", {}
    command = [sys.executable, "-m", "linux.machine"]
    if os.geteuid() != 0:
        if not (os.environ.get("CI") and shutil.which("sudo")):
            return "needs root, and namespaces to hide in", {}
        command = ["sudo", "-n", f"PYTHONPATH={TESTS}", *command]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        cwd=TESTS.parent,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        text=True,
        timeout=600,
    )
    if done.returncode == 77:
        return f"needs root, and namespaces to hide in: {done.stderr.strip()}", {}
    assert done.returncode == 0, done.stderr
    return "", json.loads(done.stdout)
