"""What stands in the twin for a Go function that has no twin of its own (`stand_ins.toml`)."""

import tomllib
from functools import cache
from importlib.resources import files as resources
from typing import Any


def calls_behind(function: str) -> tuple[str, ...]:
    """Name the system calls of which a function of the library makes at least one.

    A program outside (`external:NAME`) is an execve; a function of package syscall is the call of
    its name.
    """
    known: tuple[str, ...] = tuple(_read()["made"].get(function, ()))
    if known:
        return known
    if function.startswith("external:"):
        return ("execve",)
    package, _, name = function.rpartition(".")
    return (_in_c(name),) if package == "syscall" else ()


def why_not_modelled(function: str) -> str:
    """Say why the twin does without a function; empty where nothing is said."""
    return next((r["why"] for r in _read()["not_modelled"] if r["function"] == function), "")


def functions() -> tuple[str, ...]:
    """List every function that is named, for the check that they exist."""
    return (*_read()["made"], *(row["function"] for row in _read()["not_modelled"]))


def _in_c(name: str) -> str:
    """Write a name as C does: PivotRoot is pivot_root."""
    spelled = {"PivotRoot": "pivot_root", "Wait4": "wait4"}
    return spelled.get(name, name.lower())


@cache
def _read() -> dict[str, Any]:
    text = resources("tracer.guide").joinpath("stand_ins.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
