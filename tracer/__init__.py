"""Trace Docker: any path through Docker's Go source, beside a Python twin that runs.

Modules are run when something in them is first asked for (`import a.b` finds it, `b.name` runs it),
so that a command pays only for what it uses.  `from a.b import name` runs it at once.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from threading import RLock
from types import ModuleType
from typing import Any

__version__ = "0.1.0"
_KNOWN = frozenset({"__class__", "__loader__", "__name__", "__package__", "__spec__"})


class _Late(ModuleType):
    """A module that has not been run to its end.

    `importlib.util` has such a one too, but up to Python 3.12 a second thread finds it half run.
    """

    def __getattribute__(self, name: str) -> Any:
        if name not in _KNOWN:
            _run(self, ModuleType.__getattribute__(self, "__spec__"))
        return ModuleType.__getattribute__(self, name)  # it may be a plain module by now


def _run(module: ModuleType, spec: ModuleSpec) -> None:
    """Run a module once; other threads wait for the one that does."""
    with spec.loader_state["lock"]:
        if spec.loader_state["begun"] or spec.loader is None:
            return
        spec.loader_state["begun"] = True
        try:
            spec.loader.exec_module(module)
        except BaseException:
            spec.loader_state["begun"] = False
            raise
        module.__class__ = ModuleType


class _Loader(LazyLoader):
    """Runs a module late; in all else it is the loader that it wraps."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module as it is until something in it is asked for."""
        if (spec := module.__spec__) is not None:
            spec.loader = module.__loader__ = self.loader
            spec.loader_state = {"lock": RLock(), "begun": False}
            module.__class__ = _Late


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
