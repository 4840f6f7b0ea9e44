"""Rules: what a code base wires by strings, written as data (`rules/*.toml`).

A rule file applies to a tree that contains the functions it names; a version is never named.
The comments of the files explain each form of rule where it first stands.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files as resources
from typing import Any, TypeVar

import msgspec

from tracer.golang import names
from tracer.golang.standard import is_standard

LAYERS = ("client", "api", "engine", "daemon", "container", "driver", "lib", "init", "kernel")
LENSES = ("domain", "wiring", "plumbing")
_FILES = (
    "docker-1",
    "docker-1.8",
    "docker-later",
    "docker-execdrivers",
    "docker-drivers",
    "docker-loggers",
    "cobra",
    "grpc",
)
_FUNCTIONS = {"lookup", "register", "parent", "child", "make", "own_path", "table"}


class Registry(msgspec.Struct, frozen=True):
    """Functions or values kept under a string, and looked up by it."""

    name: str
    lookup: str  # the function that looks up; its result is what was kept
    register: str = ""  # the function that keeps one: key and value are arguments
    table: str = ""  # or the variable whose map literal holds them
    struct: str = ""  # or the struct whose literals each keep one in a field
    key_field: str = ""  # of the struct: its first word is the key
    value_field: str = ""
    key: int = 0  # the key's index among the arguments of `register`
    value: int = 1
    lookup_key: int = (
        -1
    )  # the key's index among the arguments of `lookup`; -1: only known at run time
    run: str = (
        ""  # the method of the result that runs the value; empty: any method, or a call of it
    )


class Request(msgspec.Struct, frozen=True):
    """A client function that sends a request, or a server function that registers a route."""

    function: str
    path: int  # the index of the path among its arguments
    verb: str = ""  # the verb where the function has one of its own
    verb_argument: int = -1  # or its index among the arguments
    handler: int = -1  # the index of a route's handler


class Http(msgspec.Struct, frozen=True):
    """Client requests and the routes that answer them."""

    name: str
    requests: tuple[Request, ...]
    routes: tuple[Request, ...] = ()  # functions that register a route
    table: str = ""  # or the function whose literal `map[verb]map[route]handler` holds them


class Process(msgspec.Struct, frozen=True):
    """A child process that begins in another `main`."""

    name: str
    parent: str  # the function that starts it
    start: str  # the call that does
    child: str  # where the child begins
    argv0: str = ""  # the name the child is given, where that decides what it runs
    program: str = ""  # the package whose assignment to `os/exec.Cmd.Path` chooses the program


class Child(msgspec.Struct, frozen=True):
    """Child processes, known by the function that makes their `exec.Cmd`."""

    name: str
    make: str  # this function
    key: int  # the index of the program's name, or of argv[0], among its arguments
    child: str = ""  # where the child begins; empty: outside the tree
    registry: str = ""  # the registry in which the child looks up its argv[0]
    own_path: str = ""  # the function that gives the running program's own path


class Rpc(msgspec.Struct, frozen=True):
    """Methods of other processes, called by a path, `/service/method`."""

    name: str
    calls: tuple[str, ...]  # the functions that call one
    path: int  # the index of the path among their arguments
    registers: tuple[str, ...]  # the functions that take a service's description


Rule = TypeVar("Rule", Registry, Http, Process, Child, Rpc)


class Rules(msgspec.Struct, frozen=True, eq=False):
    """The rules that apply to a tree."""

    registries: tuple[Registry, ...] = ()
    https: tuple[Http, ...] = ()
    rpcs: tuple[Rpc, ...] = ()
    processes: tuple[Process, ...] = ()
    children: tuple[Child, ...] = ()
    layers: tuple[tuple[str, str], ...] = ()  # regular expression over a function's name → layer
    lenses: tuple[tuple[str, str], ...] = ()  # the same → domain, wiring or plumbing
    roles: tuple[tuple[str, str], ...] = ()  # the same → controller, service, dao, toolset …
    layer_roles: tuple[tuple[str, str], ...] = ()  # layer → the role of what no rule names
    system_calls: frozenset[str] = frozenset()
    library: tuple[tuple[str, str], ...] = ()  # a library call → the system call under it


def choose(known: names.Names) -> Rules:
    """Take the rules of every file whose functions the tree contains, and those for all trees."""
    kernel, roles = _read("kernel"), _read("roles")["role"]
    chosen = [c for c in map(_read, _FILES) if all(names.find(n, known) for n in c.get("when", ()))]

    def make(form: type[Rule], key: str) -> tuple[Rule, ...]:
        return tuple(_make(form, r, known) for c in [*chosen, kernel] for r in c.get(key, ()))

    return Rules(
        make(Registry, "registry"),
        make(Http, "http"),
        make(Rpc, "rpc"),
        make(Process, "process"),
        make(Child, "child"),
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
    standard = "std:" if is_standard(names.package_path(function)) else ""
    return _first(rules.lenses, standard + function.replace(")", ""), "domain")


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


def _make(form: type[Rule], rule: dict[str, Any], known: names.Names) -> Rule:
    """Make a rule, its function names completed to those of the tree."""
    completed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in rule.items()}
    for key in _FUNCTIONS & set(rule):
        completed[key] = _complete(rule[key], known)
    for key in {"calls", "registers"} & set(rule):
        completed[key] = tuple(_complete(name, known) for name in rule[key])
    for key in {"requests", "routes"} & set(rule):
        completed[key] = tuple(
            Request(**r | {"function": _complete(r["function"], known)}) for r in rule[key]
        )
    return form(**completed)


def _complete(name: str | list[str], known: names.Names) -> str:
    """The one function that a name, or the first name that is one, means in the tree."""
    if isinstance(name, list):
        completed = [_complete(n, known) for n in name]
        return next((c for c in completed if c in known), completed[-1])
    base, dollar, number = name.partition("$")
    found = names.find(base, known) if name else ()
    return found[0] + dollar + number if len(found) == 1 else name
