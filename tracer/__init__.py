"""Trace Docker: any path through Docker's Go source, beside a Python twin that runs.

Modules are run when something in them is first asked for (`import a.b` finds it, `b.name` runs it),
so that a command pays only for what it uses.  `from a.b import name` runs it at once.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

__version__ = "0.1.0"


class _Loader(LazyLoader):
    """Runs a module late; in all else it is the loader that it wraps."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


class _Finder:
    """Finds our own modules, but not the twin's, which register themselves as they run."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module as Python does, to be run late where it is no package."""
        if not name.startswith("tracer.") or name.startswith("tracer.minidocker"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None and not spec.submodule_search_locations:
            spec.loader = _Loader(spec.loader)
        return spec


sys.meta_path.insert(0, _Finder)
