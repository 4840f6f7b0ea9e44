"""Judge a learner's function: before it runs, and by what it did.

The command line runs it in a child process, a page in the browser's Python; both judge here.
"""

import json
from dataclasses import dataclass

from tracer.guide.exercises import breaking, rewriting, vetting
from tracer.guide.exercises.breaking import Attempt
from tracer.guide.exercises.item import Code, Place
from tracer.guide.exercises.rewriting import RewriteError
from tracer.minidocker.recording.model import Recording

POINTS = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes out: pass, fail with step and line, or error where the rules are broken."""

    status: str
    message: str


def refused(code: Code, text: str) -> Verdict | None:
    """What is wrong with a function before it runs."""
    if objections := vetting.objections(text):
        return error(objections[0])
    try:
        if code.jail:
            breaking.compiled(text)
        else:
            rewriting.compiled(text, code.twin)
    except RewriteError as wrong:
        return Verdict("fail", f"{str(wrong)[0].upper()}{str(wrong)[1:]}.")
    return None


def judged(code: Code, run: Recording, problem: str) -> Verdict:
    """What a run is worth; `problem`: why it stopped early."""
    if "SystemExit" in problem:
        return error(f"it ended the program: {problem}")
    if wrong := rewriting.problem_of(code, run, problem):
        return Verdict("fail", wrong)
    return Verdict(
        "pass", f"Right: {len(run.steps)} steps and {len(run.calls)} system calls as in Docker."
    )


def broken_out(code: Code, found: dict[str, Attempt]) -> Verdict:
    """What a jail and a script are worth."""
    if wrong := breaking.problem_of(code, found):
        return Verdict("fail", wrong)
    return Verdict("pass", "Right: the script gets out of the weak jail, and not out of yours.")


def stopped(code: Code, problem: str) -> Verdict:
    """What it is worth that a function did not come to a run."""
    return Verdict("fail", rewriting.told_stop(code, problem))


def error(message: str) -> Verdict:
    """The rules are broken."""
    return Verdict("error", f"Not marked: {message}.")


def check(asked: str) -> str:
    """Check a function in the page: JSON in (path, twin, places, text), JSON out."""
    task = json.loads(asked)
    places = tuple(Place(*each) for each in task["places"])
    code = Code(task["path"], task["twin"], "", "", places, task["jail"])
    verdict = refused(code, task["text"]) or _run(code, task["text"])
    points = POINTS * (verdict.status == "pass")
    return json.dumps(
        {"status": verdict.status, "message": verdict.message, "points": points, "most": POINTS}
    )


def _run(code: Code, text: str) -> Verdict:
    try:
        with rewriting.counted():
            if code.jail:
                return broken_out(code, breaking.attempts(code.jail, text))
            return judged(code, *rewriting.run(code.path, code.twin, text))
    except RewriteError as problem:
        return stopped(code, str(problem))
    except rewriting.StepLimitError as problem:
        return error(str(problem))
