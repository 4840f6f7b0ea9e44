"""The child process that runs a learner's function; `sandbox` starts it and reads what it says.

It reads one line of JSON with the path, the twin and the text, and writes one with the outcome:

    {"ran": "…a recording…", "problem": "line 3: NameError: …"}  # empty: it did not
    {"broke": {"weak": [true, ""], …}}                        what came of a jail
    {"stopped": "…"}     it did not come to a recording
    {"refused": "…"}     it broke the rules

The learner's own output goes nowhere. What the guard sees is refused and ends up in the outcome.
"""

import json
import os
import resource
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import tracer
from tracer.guide.exercises import breaking, rewriting
from tracer.guide.exercises.rewriting import RewriteError, StepLimitError
from tracer.minidocker.recording import tape

SECONDS = 3  # of processor time
MEMORY = 1_000_000_000  # bytes of address space
_REFUSED = (
    *("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.kill"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink"),
    *("subprocess.", "socket.", "ctypes.", "shutil.", "pty.", "signal.", "resource.", "sys._"),
    *("sys.setprofile", "code.__new__", "gc.", "winreg.", "mmap."),
)


def main() -> None:
    """Run one function, within limits."""
    task = json.loads(sys.stdin.readline())
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    _close_off()
    with rewriting.counted():  # before the guard, which refuses a trace
        outcome = _run(task)
        answer.write(json.dumps(outcome) + "\n")
        answer.flush()
        os._exit(0)


def _run(task: dict[str, str]) -> dict[str, object]:
    refused = _guard()
    outcome: dict[str, object]
    try:
        if task["jail"]:
            found = breaking.attempts(task["jail"], task["text"])
            outcome = {"broke": {name: [a.brought, a.problem] for name, a in found.items()}}
        else:
            recording, problem = rewriting.run(task["path"], task["twin"], task["text"])
            outcome = {"ran": tape.write(recording), "problem": problem}
    except RewriteError as error:
        outcome = {"stopped": str(error)}
    except StepLimitError as error:
        outcome = {"refused": str(error)}
    except BaseException as error:  # noqa: BLE001 - SystemExit and the like are not an answer
        outcome = {"refused": f"it ended the program ({type(error).__name__})"}
    if refused:
        outcome = {"refused": f"it tried {refused[0]}"}
    return outcome


def _close_off() -> None:
    """Nobody listens to the learner's output, and nothing may grow without end."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    for limit, value in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _guard() -> list[str]:
    """Refuse what no answer does, and note it, for a learner's code may catch the error."""
    noted: list[str] = []
    readable = tuple(
        str(Path(each).resolve())
        for each in (str(Path(tracer.__file__).parent), *sysconfig.get_paths().values(), os.devnull)
    )

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode = str(arguments[0]), str(arguments[1] or "r")
            refused = not path.startswith(readable) or any(each in mode for each in "wax+")
        else:
            refused = event.startswith(_REFUSED)
        if refused:
            noted.append(event)
            raise PermissionError(f"{event} is not allowed")

    sys.addaudithook(look)
    return noted
