"""Check a learner's function: run it in a child process with limits, compare with the sound run.

The child has no environment, a temporary folder, no files to write, no network, no processes, and
limits on time, memory and output. It guards against accidents; for strangers' code use a container.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import tracer
from tracer.classroom.marking import Mark
from tracer.guide.exercises import judging
from tracer.guide.exercises.breaking import Attempt
from tracer.guide.exercises.item import Code, Item
from tracer.guide.exercises.judging import Verdict
from tracer.minidocker.recording import tape
from tracer.minidocker.recording.tape import TapeError

SECONDS = 20  # from start to end, on a busy machine
LARGEST = 30_000_000  # bytes of an outcome
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from tracer.classroom import child; child.main()"
)


def check(item: Item, text: str, *, seconds: float = SECONDS) -> Mark:
    """Mark a function: pass, fail with step and line, or error where it breaks the rules."""
    code = item.answer
    assert isinstance(code, Code)
    verdict = judging.refused(code, text) or _told(code, _outcome(code, text, seconds))
    return Mark(item.most * (verdict.status == "pass"), item.most, verdict.message, verdict.status)


def _told(code: Code, outcome: object) -> Verdict:
    """What the child has said."""
    match outcome:
        case {"ran": str(written), "problem": str(problem)}:
            try:
                return judging.judged(code, tape.read(written), problem)
            except TapeError:
                return judging.error("its recording is none")
        case {"broke": dict(rows)}:
            found = {name: Attempt(row[0], row[1]) for name, row in rows.items()}
            return judging.broken_out(code, found)
        case {"stopped": str(problem)}:
            return judging.stopped(code, problem)
        case {"refused": str(problem)}:
            return judging.error(problem)
        case _:
            return judging.error("it ended without an outcome")


def _outcome(code: Code, text: str, seconds: float) -> object:
    task = {"path": code.path, "twin": code.twin, "jail": code.jail, "text": text}
    root = str(Path(tracer.__file__).resolve().parent.parent)
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-B", "-c", _START, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={},
            start_new_session=True,
        )
        try:
            found, _ = child.communicate(f"{json.dumps(task)}\n".encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            return {"refused": f"it did not end within {seconds:g} seconds"}
        finally:
            _end(child)
    if child.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return {"refused": "it used too much processor time"}
    try:
        return json.loads(found[:LARGEST])
    except ValueError:
        return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and all that it may have started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()
