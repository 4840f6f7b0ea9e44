"""The same tree built for other systems: what linux leaves out is declared again for those.

Each further program shares the files and packages that are there already; only Docker's own files
are added.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from tracer.golang import declarations, modules
from tracer.golang.declarations import Program
from tracer.golang.source import SourceTree
from tracer.graph.families import ownership

SYSTEMS = ("linux", "windows", "freebsd")


def others(program: Program) -> Iterator[Program]:
    """Declare a program again for each system that it is not declared for."""
    for system in SYSTEMS:
        if system != program.configuration.goos and program.left_out:
            configuration = replace(program.configuration, goos=system)
            yield declarations.declare(
                _own_files(program),
                configuration,
                parsed=program.parsed,
                collected=program.packages,
            )


def _own_files(program: Program) -> SourceTree:
    """The files that are built already, and those of Docker's own that are not."""
    tree = program.tree
    files = {
        path: file
        for path, file in tree.files.items()
        if path in program.parsed or _is_own(program, file.folder)
    }
    return SourceTree(tree.name, files, tree.modules)


def _is_own(program: Program, folder: str) -> bool:
    path = modules.import_path(folder, program.root, program.tree.modules)
    return ownership.is_own_path(path, vendored=modules.is_vendored(folder))
