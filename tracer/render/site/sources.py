"""The source tree: a page for each file shown, a page for each folder, and the whole tree."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.golang import syntax as go
from tracer.golang.packages import receiver_of
from tracer.graph.families.ownership import is_owned
from tracer.graph.rulebook import layer
from tracer.render.site import page
from tracer.render.site.addresses import SOURCE, anchor
from tracer.render.site.listing import Listings
from tracer.render.site.page import Page


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder: how many files with how many lines are in it, and how deep it lies."""

    path: str
    depth: int
    files: int
    lines: int


@dataclass(frozen=True, slots=True)
class Declared:
    """A function or type of a file: its name, its anchor, and a function's layer."""

    line: int
    name: str
    anchor: str
    layer: str = ""


def pages(listings: Listings, common: dict[str, object]) -> Iterator[Page]:
    """Render the tree, its folders and its files."""
    yield _tree(listings, common)
    for path, address in listings.addresses.folders.items():
        if address != SOURCE:
            yield _folder(listings, path, common)
    for file in listings.addresses.files:
        yield _file(listings, file, common)


def outline(listings: Listings, file: str) -> list[Declared]:
    """The functions and types of a file in their order; of several with one name, the first."""
    found: dict[str, Declared] = {}
    unit = listings.units.get(file)
    functions = unit.package.functions() if unit else ()
    ids = {f.decl: f.id for f in functions if f.file is unit}
    parsed = listings.parsed(file)
    for decl in parsed.functions:
        within = layer(listings.graph.rules, ids[decl]) if decl in ids else ""
        row = Declared(decl.pos.line, _called(decl), anchor(decl), within)
        found.setdefault(row.anchor, row)
    for spec in parsed.types:
        line = spec.name.pos.line
        row = Declared(line, f"type {spec.name.name}", f"L{line}")
        found.setdefault(row.anchor, row)
    return sorted(found.values(), key=lambda row: row.line)


def _called(decl: go.FuncDecl) -> str:
    receiver, pointer = receiver_of(decl)
    owner = f"({'*' * pointer}{receiver})." if receiver else ""
    return f"{owner}{decl.name.name}"


def _tree(listings: Listings, common: dict[str, object]) -> Page:
    addresses, program = listings.addresses, listings.graph.program
    counts: dict[str, list[int]] = defaultdict(list)
    for file in addresses.files:
        counts[file.rpartition("/")[0]].append(listings.length(file))
    folders = [
        Folder(path, path.count("/"), len(counts[path]), sum(counts[path]))
        for path in addresses.folders
        if path
    ]
    others = [p for _, p in sorted(program.packages.items()) if not is_owned(p)]
    values = common | {
        "folders": folders,
        "pages": addresses.folders,
        "files": [(f, addresses.files[f]) for f in addresses.files if "/" not in f],
        "total": (len(addresses.files), sum(map(sum, counts.values()))),
        "others": [(p.path, len(p.files)) for p in others],
        "vendored": any(p.origin == "vendor" and is_owned(p) for p in program.packages.values()),
    }
    return page.render(SOURCE, "Source", "source.html", values)


def _folder(listings: Listings, path: str, common: dict[str, object]) -> Page:
    addresses = listings.addresses
    inside = [f for f in addresses.files if f.rpartition("/")[0] == path]
    below = [(f, p) for f, p in addresses.folders.items() if f.rpartition("/")[0] == path and f]
    values = common | {
        "folder": path,
        "above": _above(listings, path),
        "below": below,
        "files": [(f, addresses.files[f], outline(listings, f)) for f in inside],
        "left_out": listings.graph.program.left_out,
    }
    return page.render(addresses.folders[path], f"{path}/", "folder.html", values)


def _file(listings: Listings, file: str, common: dict[str, object]) -> Page:
    path, length = listings.addresses.files[file], listings.length(file)
    folder = file.rpartition("/")[0]
    values = common | {
        "file": file,
        "name": file.rpartition("/")[2],
        "above": [*_above(listings, folder), (folder, listings.addresses.folders[folder])],
        "length": length,
        "left_out": listings.graph.program.left_out.get(file, ""),
        "outline": outline(listings, file),
        "source": listings.lines(file, 1, length, page.links_from(path), ids=True),
    }
    return page.render(path, file, "file.html", values)


def _above(listings: Listings, folder: str) -> list[tuple[str, str]]:
    """The folders above, from the root, each with its page."""
    parts = folder.split("/")[:-1] if folder else []
    found = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return [(each, listings.addresses.folders[each]) for each in found]
