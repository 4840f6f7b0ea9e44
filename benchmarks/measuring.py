"""Run a program and say what it took; name the machine; write tables."""

import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Run:
    """What one run took: seconds, seconds of all cores together, megabytes at the peak."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Contestant:
    """A program, what is done before each run, and where and how it runs."""

    name: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    folder: Path | None = None
    forget: tuple[Path, ...] = ()  # deleted before each run


def run(who: Contestant) -> Run | str:
    """Run a contestant once; a line of what it said where it failed."""
    for place in who.forget:
        subprocess.run(["rm", "-rf", str(place)], check=True)
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        process = subprocess.Popen(
            who.command,
            cwd=who.folder,
            env=os.environ | dict(who.environment),
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = status
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").strip().splitlines()
    if status:
        return (lines or ["failed"])[-1][:60]
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def interleaved(contestants: Sequence[Contestant], rounds: int) -> dict[str, Run | str]:
    """Run all in turn, again and again, and take the median of each."""
    runs: dict[str, list[Run]] = {who.name: [] for who in contestants}
    failed: dict[str, Run | str] = {}
    for _ in range(rounds):
        for who in contestants:
            if who.name not in failed:
                one = run(who)
                if isinstance(one, str):
                    failed[who.name] = one
                else:
                    runs[who.name].append(one)
    return {name: failed.get(name) or middle(found) for name, found in runs.items()}


def middle(runs: Sequence[Run]) -> Run:
    """The median of each figure."""
    return Run(
        median(r.wall for r in runs), median(r.cpu for r in runs), median(r.peak for r in runs)
    )


def machine() -> str:
    """The processor's model, its cores, and the releases of what runs on it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "?")
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, figures to the right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
