"""The standard library, read from a table of published signatures (`std.txt`).

A program uses little of it, so a declaration is parsed when it is asked for.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files as resources
from typing import TypeVar

from tracer.golang import parser
from tracer.golang import syntax as go
from tracer.golang.packages import (
    Declaration,
    FileUnit,
    Function,
    Package,
    TypeName,
    function,
    imports,
    variables,
)
from tracer.golang.source import SourceFile

TABLE_BEGINS = 19  # Go 1.19 is the oldest release that the table describes whole
_RELEASED = re.compile(r"^.*// go1\.(\d+)\n", re.MULTILINE)
_BEGINS = re.compile(r"^(?=(?:func|type|var|const) )", re.MULTILINE)
_HEAD = re.compile(r"(?P<word>\w+) (?:\(\*?(?P<receiver>\w+)[^)]*\) )?(?P<name>\w+)")
_INTERFACE = re.compile(r"type [A-Z]\w* interface ")
Made = TypeVar("Made")


class _Late(Mapping[str, Made]):
    """A mapping whose values are made when they are asked for."""

    def __init__(self, texts: Mapping[str, Sequence[str]], make: Callable[[str], Made]) -> None:
        self.texts = texts
        self._make = make
        self._made: dict[str, Made] = {}

    def __getitem__(self, name: str) -> Made:
        if name not in self._made:
            self._made[name] = self._make("".join(self.texts[name]))
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.texts

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


@cache
def package(path: str, release: int) -> Package | None:
    """The API of a standard-library package as of Go 1.`release`; None for any other path."""
    text = _texts().get(path)
    if text is None:
        return None
    text = _RELEASED.sub(lambda line: "" if int(line[1]) > release else line[0], text)
    head, *rest = _BEGINS.split(text)
    file = _parse(path, head)
    scope, methods = _divided(rest)
    found = Package(path, file.package, path, "std")
    unit = FileUnit(f"{path}.go", found, imports(file.imports), ())
    found.files.append(unit)
    found.scope = _Late(scope, lambda text: _declaration(unit, text))
    found.methods = _Late(methods, lambda text: _methods(unit, text))
    return found


def is_standard(path: str) -> bool:
    """Say whether an import path belongs to the standard library."""
    return path in _texts()


def interfaces(found: Package) -> Iterator[TypeName]:
    """Yield the exported interfaces of a standard package that take no type arguments."""
    assert isinstance(found.scope, _Late)
    for name, (text, *_) in found.scope.texts.items():
        declared = found.scope[name] if _INTERFACE.match(text) else None
        if isinstance(declared, TypeName):
            yield declared


@cache
def _texts() -> Mapping[str, str]:
    table = resources("tracer.golang").joinpath("std.txt").read_text(encoding="utf-8")
    parts = re.split(r"^-- (\S+) --\n", table, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _divided(texts: list[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Divide declarations: those of the scope by name, methods by their receiver."""
    scope: dict[str, list[str]] = {}
    methods: dict[str, list[str]] = {}
    for text in texts:
        head = _HEAD.match(text)
        if head is not None and head["receiver"]:
            methods.setdefault(head["receiver"], []).append(text)
        elif head is not None:
            scope.setdefault(head["name"], [text])
    return scope, methods


def _declaration(unit: FileUnit, text: str) -> Declaration:
    file = _parse(unit.package.path, f"package p\n{text}")
    for decl in file.functions:
        return function(unit, decl)
    for spec in file.types:
        return TypeName(unit, spec, spec.name.name)
    return next(variables(unit, file.values[0]))


def _methods(unit: FileUnit, text: str) -> Mapping[str, Function]:
    file = _parse(unit.package.path, f"package p\n{text}")
    return {decl.name.name: function(unit, decl) for decl in file.functions}


def _parse(path: str, text: str) -> go.File:
    return parser.parse(SourceFile(f"{path}.go", text.encode()))
