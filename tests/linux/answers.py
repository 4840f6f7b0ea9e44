"""Asks the machine's own kernel, and counts its answers."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from linux import sequence

Answers = dict[str, dict[str, object]]
ASKED: Answers = {}
TESTS = Path(__file__).parents[1]
REFUSED = 77  # exit status of `linux.machine` where namespaces are refused


def ask() -> tuple[str, Answers]:
    """Run all sequences on this machine; or give the reason why that cannot be."""
    if not sys.platform.startswith("linux"):
        return "needs Linux", {}
    command = [sys.executable, "-m", "linux.machine"]
    if os.geteuid() != 0:
        if not (os.environ.get("CI") and shutil.which("sudo")):
            return "needs root", {}
        command = ["sudo", "-n", "env", f"PYTHONPATH={TESTS}", *command]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        cwd=TESTS.parent,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        text=True,
        timeout=600,
    )
    if done.returncode == REFUSED or (command[0] == "sudo" and done.returncode == 1):
        return f"needs root with namespaces ({done.stderr.strip()})", {}
    assert done.returncode == 0, done.stderr
    ASKED.update(json.loads(done.stdout))
    return "", ASKED


def summary() -> list[str]:
    """Say how much was compared, and by name what was not; nothing if nobody has asked."""
    if not ASKED:
        return []
    release, (sequences, observations) = platform.release(), count(ASKED)
    lacks = [f"{name}: {each['lacks']}" for name, each in ASKED.items() if "lacks" in each]
    differs = [
        f"{one.name}, {observation}: {reason}"
        for one in sequence.SEQUENCES.values()
        for observation, reason in one.differs.items()
    ]
    return [
        f"held against Linux {release}: {sequences} sequences, {observations} observations",
        *(f"not compared: {each}" for each in sorted(lacks)),
        *(f"differs: {each}" for each in sorted(differs)),
    ]


def count(answers: Answers) -> tuple[int, int]:
    """Count sequences and observations that were made and are compared."""
    seen = {name: each["seen"] for name, each in answers.items() if "seen" in each}
    listed = sum(len(sequence.SEQUENCES[name].differs) for name in seen)
    return len(seen), sum(len(each) for each in seen.values() if isinstance(each, dict)) - listed
