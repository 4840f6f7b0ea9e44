"""Rules: what a code base wires by strings, written as data (`rules/*.toml`).

A rule file applies to a tree that contains the functions it names; a version is never named.
The file for Docker 1.x explains every form of rule in its comments.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources
from typing import Any, TypeVar

from tracer.golang import names

LAYERS = ("client", "api", "engine", "daemon", "container", "driver", "lib", "init", "kernel")
LENSES = ("domain", "wiring", "plumbing")


@dataclass(frozen=True, slots=True)
class Registry:
    """Functions or values kept under a string, and looked up by it."""

    name: str
    lookup: str  # the function that looks up; its result is what was kept
    register: str = ""  # the function that keeps one: key and value are arguments
    table: str = ""  # or the variable whose map literal holds them
    key: int = 0  # the key's index among the arguments of `register`
    value: int = 1
    lookup_key: int = (
        -1
    )  # the key's index among the arguments of `lookup`; -1: only known at run time
    run: str = (
        ""  # the method of the result that runs the value; empty: any method, or a call of it
    )


@dataclass(frozen=True, slots=True)
class Request:
    """A client function that sends a request, or a server function that registers a route."""

    function: str
    path: int  # the index of the path among its arguments
    verb: str = ""  # the verb where the function has one of its own
    verb_argument: int = -1  # or its index among the arguments
    handler: int = -1  # the index of a route's handler


@dataclass(frozen=True, slots=True)
class Http:
    """Client requests and the routes that answer them."""

    name: str
    requests: tuple[Request, ...]
    routes: tuple[Request, ...] = ()  # functions that register a route
    table: str = ""  # or the function whose literal `map[verb]map[route]handler` holds them


@dataclass(frozen=True, slots=True)
class Process:
    """A child process that begins in another `main`."""

    name: str
    parent: str  # the function that starts it
    start: str  # the call that does
    child: str  # where the child begins
    argv0: str = ""  # the name the child is given, where that decides what it runs
    program: str = ""  # the package whose assignment to `os/exec.Cmd.Path` chooses the program


Rule = TypeVar("Rule", Registry, Http, Process)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that apply to a tree."""

    registries: tuple[Registry, ...] = ()
    https: tuple[Http, ...] = ()
    processes: tuple[Process, ...] = ()
    layers: tuple[tuple[str, str], ...] = ()  # regular expression over a function's name → layer
    lenses: tuple[tuple[str, str], ...] = ()  # the same → domain, wiring or plumbing
    roles: tuple[tuple[str, str], ...] = ()  # the same → controller, service, dao, toolset …
    layer_roles: tuple[tuple[str, str], ...] = ()  # layer → the role of what no rule names
    system_calls: frozenset[str] = frozenset()
    library: tuple[tuple[str, str], ...] = ()  # a library call → the system call under it


def choose(functions: Iterable[str]) -> Rules:
    """Take the rules of every file whose functions the tree contains, and those for all trees."""
    known = set(functions)
    kernel, roles = _read("kernel"), _read("roles")["role"]
    chosen = [_read(name) for name in ("docker-1", "docker-drivers", "docker-later")]
    chosen = [c for c in chosen if all(names.find(n, known) for n in c.get("when", ()))]
    return Rules(
        tuple(_make(Registry, r, known) for c in chosen for r in c.get("registry", ())),
        tuple(_make(Http, r, known) for c in chosen for r in c.get("http", ())),
        tuple(_make(Process, r, known) for c in chosen for r in c.get("process", ())),
        tuple((r["match"], r["layer"]) for c in [*chosen, kernel] for r in c.get("layer", ())),
        tuple((r["match"], r["lens"]) for r in _read("lenses")["lens"]),
        tuple((r["match"], r["role"]) for r in roles if "match" in r),
        tuple((r["layer"], r["role"]) for r in roles if "layer" in r),
        frozenset(kernel["system_calls"]),
        tuple((r["call"], r["runs"]) for r in kernel["library"]),
    )


@cache
def layer(rules: Rules, function: str) -> str:
    """The layer of a function by its name; everything no rule names is a library."""
    return _first(rules.layers, function, "lib")


@cache
def lens(rules: Rules, function: str) -> str:
    """What kind of work a call does: domain, wiring or plumbing; `lenses.toml` tells how."""
    return _first(rules.lenses, function.replace(")", ""), "domain")


@cache
def role(rules: Rules, function: str) -> str:
    """The part of a function as a Java reader names it, such as controller, service or dao."""
    by_layer = layer_role(rules, layer(rules, function))
    return _first(rules.roles, function.replace(")", ""), by_layer)


def layer_role(rules: Rules, name: str) -> str:
    """The part that a layer plays."""
    return dict(rules.layer_roles).get(name, "")


def _first(patterns: tuple[tuple[str, str], ...], function: str, otherwise: str) -> str:
    name = function.replace("(*", "").replace("(", "")
    return next((found for pattern, found in patterns if re.search(pattern, name)), otherwise)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(
        resources("tracer.graph").joinpath("rules", f"{name}.toml").read_text(encoding="utf-8")
    )


def _make(form: type[Rule], rule: dict[str, Any], known: set[str]) -> Rule:
    """Make a rule, its function names completed to those of the tree."""
    completed = dict(rule)
    for key in {"lookup", "register", "parent", "child"} & set(rule):
        completed[key] = _complete(rule[key], known)
    if form is Http:
        completed["table"] = _complete(rule.get("table", ""), known)
        for key in ("requests", "routes"):
            completed[key] = tuple(
                Request(**r | {"function": _complete(r["function"], known)})
                for r in rule.get(key, ())
            )
    return form(**completed)


def _complete(name: str, known: set[str]) -> str:
    found = names.find(name, known) if name else ()
    return found[0] if len(found) == 1 else name
