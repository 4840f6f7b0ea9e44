"""Two ways to write a name, SSA notation and short; a name found by its suffix.

    (*github.com/docker/docker/daemon.Container).Start      machine
    (*daemon.Container).Start                               people

A person may leave out any part from the left, and the pointer star and parentheses.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property

_QUALIFIED = re.compile(r"[\w.~-]+(?:/[\w.~-]+)*/(?=[\w.-])")


class Names(frozenset[str]):
    """Many names, to be found by their ends again and again."""

    @cached_property
    def by_last(self) -> dict[str, list[str]]:
        """The names by their last part."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self:
            found[_last(name)].append(name)
        return found


@cache
def short(name: str) -> str:
    """Shorten import paths to their last element."""
    return name if name.startswith("external:") else _QUALIFIED.sub("", name)


def package_path(name: str) -> str:
    """The import path in the name of a function or type in SSA notation."""
    bare = name.lstrip("(*").partition(")")[0].partition("[")[0]
    dot = bare.rfind(".")  # the last one: `gopkg.in/yaml.v2.Marshal`
    return bare[:dot] if dot > bare.rfind("/") else bare


@cache
def _parts(name: str) -> tuple[tuple[str, ...], str]:
    """Split a name into its parts, and tell its receiver's form: `*`, `()` or nothing."""
    form = "*" if "(*" in name else "()" if name.startswith("(") else ""
    bare = name.replace("(*", "").replace("(", "").replace(")", "")
    path, slash, rest = bare.rpartition("/")
    return (*(path.split("/") if slash else ()), *rest.split(".")), form


def _last(name: str) -> str:
    """The last of a name's parts, without the other ones, for a whole tree's names."""
    last = name.rpartition("/")[2].rpartition(".")[2]
    return last.replace("(*", "").replace("(", "").replace(")", "")


def matches(query: str, name: str) -> bool:
    """Say whether `query` is a suffix of `name`, part by part."""
    wanted, wanted_form = _parts(query)
    parts, form = _parts(name)
    if wanted_form and wanted_form != form:
        return False
    return len(wanted) <= len(parts) and parts[-len(wanted) :] == wanted


def find(query: str, names: Iterable[str]) -> tuple[str, ...]:
    """All names that a query can mean, the exact one alone where there is one."""
    last = _last(query)  # most names are out at this look
    if isinstance(names, Names):
        names = names.by_last.get(last, ())
    found = sorted(n for n in names if last in n and matches(query, n))
    return (query,) if query in found else tuple(found)
