"""Kill commands at random moments; the next run works, and nothing that was there before is lost.

    python scripts/kill.py --kills 40 --seed 1 [--repository GIT_DIRECTORY_OF_DOCKER]

Each scenario is killed that many times, with SIGKILL, somewhere between its start and its end.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracer.classroom import grading, own, pack, state

ROOT = Path(__file__).parent.parent
OWN = "".join(
    f'[[item]]\nid = "q{n}"\nquestion = "Which?"\noptions = ["x", "y"]\nright = "A"\n'
    for n in range(30)
)


@dataclass(frozen=True)
class Scenario:
    """A command to kill, and what must hold whenever it ended; `after` runs it once more."""

    name: str
    command: Sequence[str]
    folder: Path
    holds: Callable[[], str]  # what is wrong; empty: nothing
    before: Callable[[], None] = lambda: None


class Place:
    """A folder with a home of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(root / "home"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def start(self, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own."""
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tracer", *arguments],
            cwd=folder,
            env=self.environment | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, folder: Path, *arguments: str) -> tuple[int, str]:
        """Run a command to its end: exit code, all that it said."""
        process = self.start(folder, *arguments)
        out, err = process.communicate(timeout=600)
        return process.returncode, out.decode() + err.decode()


def site(place: Place) -> Scenario:
    """The old site is there, or the new one, whole."""
    folder = place.root / "site"
    folder.mkdir()
    trees = [folder / name for name in ("one", "other")]
    for tree in trees:
        shutil.copytree(ROOT / "fixtures/docker-1.2/engine", tree / "engine")
    (trees[1] / "engine/more.go").write_text("package engine\n\nfunc More() { More() }\n")
    whole = set()
    for tree in trees:
        code, said = place.run(folder, "site", "build", "--out", "built", "--source", tree.name)
        assert code == 0, said
        whole.add(_digest(folder / "built"))
    assert len(whole) == 2
    turn = iter(range(10**9))

    def holds() -> str:
        if not (folder / "built").is_dir():
            return "the site is gone"
        return "" if _digest(folder / "built") in whole else "the site is neither old nor new"

    def before() -> None:
        command[-1] = trees[next(turn) % 2].name

    command = ["site", "build", "--out", "built", "--source", "one"]
    return Scenario("site build", command, folder, holds, before)


def exercise(place: Place) -> Scenario:
    """The progress file is whole, and what was right before is right still."""
    folder = place.root / "learner"
    folder.mkdir()
    (folder / "own.toml").write_text(OWN)
    code, said = place.run(folder, "exercise", "start", "q0", "--pack", "own.toml")
    assert code == 0, said
    known: set[str] = set()
    turn = iter(range(10**9))

    def before() -> None:
        place.run(folder, "exercise", "start", f"q{next(turn) % 30}")

    def holds() -> str:
        kept = state.load(folder / state.FILE)
        if kept is None:
            return "the progress is gone"
        right = {id_ for id_, done in kept.done.items() if done.status == "pass"}
        lost, known_now = known - right, known | right
        known.update(known_now)
        return f"lost {sorted(lost)}" if lost else ""

    return Scenario("exercise check", ["exercise", "check", "A"], folder, holds, before)


def grade(place: Place) -> Scenario:
    """Each file of results is whole."""
    folder = place.root / "class"
    keys = own.read(OWN, "own.toml")
    for learner in ("ann", "bob"):
        (folder / "keys").mkdir(parents=True, exist_ok=True)
        (folder / "keys" / f"{learner}.json").write_text(pack.write(keys))
        (folder / "in" / learner).mkdir(parents=True)
        done = {f"q{n}": state.Done("pass", 1, 1, 1, answer=["A"]) for n in range(30)}
        state.save(state.State(done=done), folder / "in" / learner / state.FILE)
    command = ["classroom", "grade", "in", "--keys", "keys", "--out", "marks"]
    code, said = place.run(folder, *command)
    assert code == 0, said

    def holds() -> str:
        marks = folder / "marks"
        results = grading.read((marks / "grades.json").read_text(), "grades.json")
        ET.fromstring((marks / "junit.xml").read_text())  # noqa: S314 - we wrote it
        for file in (marks / "gradescope").glob("*.json"):
            json.loads(file.read_text())
        lines = (marks / "grades.csv").read_text().splitlines()
        return "" if len(results) == 60 and len(lines) > 1 else "results are missing"

    return Scenario("classroom grade", command, folder, holds)


def question(place: Place) -> Scenario:
    """The answer is the same whatever became of the cache."""
    folder = place.root / "question"
    folder.mkdir()
    command = ["callers", "Engine.Job"]
    code, expected = place.run(folder, *command)
    assert code == 0, expected

    def holds() -> str:
        return "" if place.run(folder, *command) == (0, expected) else "another answer"

    def before() -> None:  # begin without a cache every second time
        if random.random() < 0.5:  # noqa: S311
            (place.root / "home/.cache/trace-docker/answers.sqlite").unlink(missing_ok=True)

    return Scenario("cache", command, folder, holds, before)


def add(place: Place, repository: str) -> Scenario:
    """A release is there and as fetched, or it is not there."""
    folder = place.root / "adding"
    folder.mkdir()
    command = ["source", "add", "v1.2.0", "--from", repository]
    code, said = place.run(folder, "source", "add", "v1.3.0", "--from", repository)
    assert code == 0, said

    def before() -> None:
        place.run(folder, "source", "remove", "v1.2.0")

    def holds() -> str:
        code, said = place.run(folder, "source", "list")
        if code or "v1.3.0" not in said:
            return f"the other release is lost: {said}"
        for name in ("v1.3.0", *(("v1.2.0",) if "v1.2.0" in said else ())):
            code, told = place.run(folder, "source", "verify", name)
            if code:
                return told
        return ""

    return Scenario("source add", command, folder, holds, before)


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        found.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return found.hexdigest()


def punish(
    place: Place, scenario: Scenario, kills: int, rng: random.Random
) -> tuple[int, list[str]]:
    """Kill a scenario; returns how often it was alive to be killed, and what went wrong."""
    scenario.before()
    started = time.monotonic()
    code, said = place.run(scenario.folder, *scenario.command)
    took, wrong, killed = time.monotonic() - started, [], 0
    if code not in {0, 1}:
        wrong.append(f"it does not even run: {said}")
    while killed < kills and len(wrong) < 5:
        scenario.before()
        process = place.start(scenario.folder, *scenario.command)
        time.sleep(took * rng.uniform(0.2, 1.05))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.communicate()
        try:
            problem = scenario.holds()
        except Exception as error:  # noqa: BLE001 - a file that cannot be read is a loss too
            problem = f"{type(error).__name__}: {error}"
        if problem:
            wrong.append(problem)
    scenario.before()
    code, said = place.run(scenario.folder, *scenario.command)
    if code not in {0, 1} or "Traceback" in said:
        wrong.append(f"the next run fails: {said}")
    both = [place.start(scenario.folder, *scenario.command) for _ in range(2)]
    for process in both:
        out, err = process.communicate()
        if b"Traceback" in out + err:
            wrong.append(f"two runs at once: {err.decode()}")
    if problem := scenario.holds():
        wrong.append(f"two runs at once: {problem}")
    return killed, wrong


def main() -> None:
    """Run the scenarios; the last line has the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repository", help="a git directory with Docker's releases")
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    rng = random.Random(given.seed)  # noqa: S311 - to be repeated
    total, bad = 0, 0
    makers = [site, exercise, grade, question]
    if given.repository:
        makers.append(lambda place: add(place, given.repository))
    for make in makers:
        with tempfile.TemporaryDirectory() as root:
            place = Place(Path(root))
            scenario = make(place)
            if given.only and scenario.name not in given.only:
                continue
            killed, wrong = punish(place, scenario, given.kills, rng)
            left = sum(
                1 for p in scenario.folder.iterdir() if p.name.startswith(".") and p.is_dir()
            )
            print(
                f"{scenario.name}: {killed} kills, {len(wrong)} losses, {left} left-overs",
                flush=True,
            )
            for problem in wrong:
                print(f"  {problem}", flush=True)
            total, bad = total + killed, bad + len(wrong)
    print(f"{total} kills, {bad} losses")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
