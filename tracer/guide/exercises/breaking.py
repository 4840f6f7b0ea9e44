"""K14: break out of a weak jail with a script of system calls, then mend the jail.

Four runs on new kernels decide: the script reaches the host's file from the weak jail, and not from
the learner's; no other known way out of the learner's is open; an ordinary program runs in it.
"""

import ast
import hashlib
import inspect
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tracer.guide.exercises.item import Code
from tracer.guide.exercises.rewriting import ANSWER, RewriteError
from tracer.minidocker import syscall
from tracer.minidocker.jails import changed_root, open_directory, shared_pids
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Directory, File, Open
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone

JAILS: dict[str, ModuleType] = {
    "changed_root": changed_root,
    "open_directory": open_directory,
    "shared_pids": shared_pids,
}
TOOL = b"a tool\n"
_GIVEN = (Clone, MountFlag, Open, KernelError)  # beside the system calls
Enter = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
Inside = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of running something in a jail."""

    brought: bool  # what was wanted: the host's file, or one's own
    problem: str  # why not


def starter(name: str) -> str:
    """The weak jail, and a script without a body."""
    escape = "\n".join(_text(JAILS[name].escape).splitlines()[:2])
    return f"{_weak(name)}\n\n{escape}\n    raise NotImplementedError  # write it here\n"


def solution(name: str) -> str:
    """The jail that holds, and the script."""
    jail = JAILS[name]
    return f"{_text(jail.sound).replace('def sound', 'def enter')}\n\n{_text(jail.escape)}"


def compiled(text: str) -> dict[str, Any]:
    """The two functions that a learner has written.

    Raises:
        RewriteError: it is something else.

    """
    try:
        body = ast.parse(text).body
        code = compile(text, ANSWER, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise RewriteError(f"it is not Python{where}: {getattr(error, 'msg', error)}") from None
    named = [each.name for each in body if isinstance(each, ast.AsyncFunctionDef)]
    if sorted(named) != ["enter", "escape"] or len(body) > len(named):
        raise RewriteError("it must hold async def enter(inside) and async def escape() alone")
    names = {each: getattr(syscall, each) for each in _calls()}
    names |= {each.__name__: each for each in _GIVEN}
    exec(code, names)  # noqa: S102 - in the sandbox, or in the learner's own browser
    return names


def attempts(name: str, text: str) -> dict[str, Attempt]:
    """Run a learner's jail and script; what came of it, by what was tried.

    Raises:
        RewriteError: the text is no jail and script.

    """
    written = compiled(text)
    enter, escape = written["enter"], written["escape"]
    found = {
        "weak": attempt(JAILS[name].enter, escape, secret=text),
        "mended": attempt(enter, escape, secret=text),
        "ordinary": attempt(enter, JAILS[name].ordinary, secret=text, wanted=TOOL),
    }
    return found | {each: attempt(enter, JAILS[each].escape, secret=text) for each in JAILS}


def attempt(enter: Enter, inside: Inside, *, secret: str = "", wanted: bytes = b"") -> Attempt:
    """Run something in a jail on a new kernel; it should bring the host's file, or what is wanted.

    The host's file must be there afterwards: to remove it is no jail.
    """
    host = hashlib.sha256(secret.encode()).hexdigest().encode()
    kept = File(host)
    disk = _disk(kept)
    kernel = Kernel(disk)
    outcome: list[Attempt] = []

    async def program() -> None:
        syscall.mount("proc", "/proc", "proc")
        try:
            await enter(noting)
        except Exception as error:  # noqa: BLE001 - whatever a learner's code raises
            outcome.append(Attempt(brought=False, problem=_told(error)))
        syscall.exit_group(0)

    async def noting() -> None:
        try:
            brought = await inside()
        except Exception as error:  # noqa: BLE001 - whatever a learner's code raises
            outcome.append(Attempt(brought=False, problem=_told(error)))
        else:
            right = brought == (wanted or host)
            outcome.append(Attempt(right, "" if right else "it returned something else"))

    process = kernel.start(program)
    kernel.run(process)
    kernel.switch_off()
    if disk.find("secret") is not kept or kept.content != host:
        return Attempt(brought=False, problem="the host's /secret is not what it was")
    return outcome[0] if outcome else Attempt(brought=False, problem="it was never run")


def problem_of(code: Code, found: dict[str, Attempt]) -> str:
    """What is wrong with a learner's jail and script; empty where nothing is."""
    if not found["weak"].brought:
        return f"In the weak jail your script does not bring the secret: {found['weak'].problem}."
    if found["mended"].brought:
        return f"From your jail the script still reaches the host's file.{_closed(code)}"
    if not found["ordinary"].brought:
        return f"An ordinary program fails in your jail: {found['ordinary'].problem}."
    open_ = [each for each in JAILS if found[each].brought]
    if open_:
        return f"Another way out of your jail is open: {open_[0].replace('_', ' ')}.{_closed(code)}"
    return ""


def _closed(code: Code) -> str:
    """Where Docker closes the way."""
    place = next((p for p in code.places if p.function == code.twin), None)
    return f" Docker closes it at step {place.step} ({place.line})." if place is not None else ""


def _calls() -> Iterator[str]:
    """The names of the system calls."""
    for name, value in vars(syscall).items():
        if inspect.isfunction(value) and value.__module__ == syscall.__name__ and name[0] != "_":
            yield name


def _disk(secret: File) -> Directory:
    root, jail = Directory(), Directory()
    root.insert("secret", secret)
    root.insert("proc", Directory())
    root.insert("jail", jail)
    jail.insert("proc", Directory())
    jail.insert("bin", tools := Directory())
    tools.insert("tool", File(TOOL))
    return root


def _weak(name: str) -> str:
    return _text(JAILS[name].enter)


def _text(function: Callable[..., Any]) -> str:
    """A function's source, its types left out: a learner need not write them."""
    tree = ast.parse(inspect.getsource(function))
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
    return ast.unparse(tree) + "\n"


def _told(error: BaseException) -> str:
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == ANSWER]
    where = f"line {lines[-1]}: " if lines else ""
    said = error.name if isinstance(error, KernelError) else f"{type(error).__name__}: {error}"
    return f"{where}{said}"[:300]
