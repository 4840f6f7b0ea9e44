"""Tie a Python function to the Go function that it stands for, and note each entry into it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from inspect import getsourcelines, iscoroutinefunction
from typing import Any, ParamSpec, TypeVar, cast

from tracer.minidocker.kernel.processes import running_process
from tracer.minidocker.recording.recorder import Recorder

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Twin:
    """Where the counterpart of a Go function is."""

    go_name: str
    python_name: str  # module and qualified name
    file: str  # below the package
    first_line: int
    last_line: int
    passes: str = ""  # why it does nothing to the machine itself


TWINS: dict[str, Twin] = {}
recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


def twin_of(go_name: str, *, passes: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function, plain or async, as the twin of a Go function.

    One that does nothing to the machine says in `passes` why the Go function does not either.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        if go_name in TWINS:
            raise ValueError(f"{go_name} has a twin already")
        TWINS[go_name] = twin = _locate(go_name, function, passes)

        @wraps(function)
        def enter(*args: P.args, **kwargs: P.kwargs) -> R:
            with _noted(twin, args):
                return function(*args, **kwargs)

        @wraps(function)
        async def enter_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            with _noted(twin, args):
                return await cast("Any", function(*args, **kwargs))

        return cast("Callable[P, R]", enter_async if iscoroutinefunction(function) else enter)

    return register


def keep_in_view(describe: Callable[[], dict[str, Any]]) -> None:
    """Let the recorder see what the running process keeps in its memory, as plain values."""
    running_process().memory = describe


@contextmanager
def _noted(twin: Twin, arguments: tuple[object, ...]) -> Iterator[None]:
    noting = recorder.get()
    if noting is None:
        yield
        return
    step = noting.enter(twin.go_name, twin.python_name, arguments)
    try:
        yield
    finally:
        noting.leave(step)


def _locate(go_name: str, function: Callable[..., Any], passes: str) -> Twin:
    lines, first = getsourcelines(function)
    module = function.__module__.removeprefix("tracer.minidocker.")
    file = module.replace(".", "/") + ".py"
    python_name = f"{module}.{function.__qualname__}"
    return Twin(go_name, python_name, file, first, first + len(lines) - 1, passes)
