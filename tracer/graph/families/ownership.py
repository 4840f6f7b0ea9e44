"""Which code of a tree speaks for Docker: its own packages, and those it split off and vendors.

Tests and their doubles are no part of it: whole packages, files and types by their names.
"""

import re
from collections.abc import Iterator
from functools import cache

from tracer.golang.declarations import Program
from tracer.golang.packages import Function, Package
from tracer.golang.types import typexprs
from tracer.golang.types.model import Named, Pointer
from tracer.golang.types.typexprs import Types

# Where Docker's own projects live; libcontainer moved to the last.  They stay Docker's vendored.
_ROOTS = ("github.com/docker/", "github.com/moby/", "github.com/opencontainers/runc/")
_TEST_FOLDER = re.compile(r"(graphtest|fixtures|tests?)|(testutil|integration|mock|fake).*")
_GENERATED = re.compile(rb"(?im)^// ?(code )?generated .*|^//.*do not edit")
_DOUBLE = re.compile(r"(?i)(mock|fake)")


def is_owned(package: Package) -> bool:
    """Say whether a package is Docker's, and not there for tests."""
    vendored = package.origin == "vendor"
    return (
        package.origin != "std"
        and is_own_path(package.path, vendored=vendored)
        and not is_for_tests(package.path)
    )


def is_own_path(path: str, *, vendored: bool) -> bool:
    """Say whether an import path is Docker's own or one that was split off."""
    return not vendored or f"{path}/".startswith(_ROOTS)


@cache
def is_for_tests(path: str) -> bool:
    """Say whether a package supports tests, by the names of its folders."""
    return any(_TEST_FOLDER.fullmatch(part) for part in path.split("/"))


def is_double(name: str, file: str) -> bool:
    """Say whether a type stands in for another one in tests, by its name or its file's."""
    return bool(_DOUBLE.match(name) or _DOUBLE.match(file.rpartition("/")[2]))


def is_generated(content: bytes) -> bool:
    """Say whether a file was written by a program, as Go's tools mark it."""
    return _GENERATED.search(content[:2000]) is not None


def owned_packages(program: Program) -> Iterator[Package]:
    """Yield the packages that are Docker's, by path."""
    for path in sorted(program.packages):
        if is_owned(program.packages[path]):
            yield program.packages[path]


def takes_a_test(types: Types, function: Function) -> bool:
    """Say whether a function is called by tests: it takes a `*testing.T` or its like."""
    for parameter in typexprs.function_signature(types, function).params:
        type_ = parameter.elem if isinstance(parameter, Pointer) else parameter
        if isinstance(type_, Named) and type_.declared.file.package.path == "testing":
            return True
    return False
