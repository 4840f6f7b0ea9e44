"""The machine's own answers, asked for once, and a line that counts what was compared."""

import os
import platform

import pytest
from linux import answers, sequence

asked: list[answers.Answers] = []


@pytest.fixture(scope="session")
def machine() -> answers.Answers:
    """What the machine's own kernel answers; without root a user skips, CI must not."""
    reason, found = answers.ask()
    if reason and os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI must have that")
    if reason:
        pytest.skip(reason)
    asked.append(found)
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was compared, and by name what was not."""
    for found in asked:
        sequences, observations = answers.count(found)
        terminalreporter.section(f"held against Linux {platform.release()}")
        terminalreporter.line(f"{sequences} sequences, {observations} observations")
        for name, each in sorted(found.items()):
            if "lacks" in each:
                terminalreporter.line(f"not compared: {name}: {each['lacks']}")
        for one in sequence.load().values():
            for observation, reason in one.differs.items():
                terminalreporter.line(f"differs: {one.name}, {observation!r}: {reason}")
