"""Run a program and say what it took; name the machine; write tables."""

import os
import platform
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# Where compiled modules may not be kept, each run of a Python program compiles them anew.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
_EVERY = 0.15  # seconds between two looks at memory


@dataclass(frozen=True)
class Run:
    """What one run took: seconds, seconds of all cores together, megabytes at the peak.

    Of several processes the sum, pages that they share counted once: `Pss` in proc(5), looked at a
    few times a second; never less than the largest process alone, which the kernel watches.
    """

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
            env=_ENVIRONMENT | dict(who.environment),
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        with _watched(process.pid) as peak:
            _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = status
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").strip().splitlines()
    if status:
        return (lines or ["failed"])[-1][:60]
    return Run(wall, used.ru_utime + used.ru_stime, max(used.ru_maxrss, *peak) / 1000)


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """Note what memory a process and its children take together, in kilobytes."""
    found = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_EVERY):
            found.append(sum(_memory(each) for each in (pid, *_children(pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def _children(pid: int) -> list[int]:
    try:
        return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    except OSError:  # it ended
        return []


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


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
