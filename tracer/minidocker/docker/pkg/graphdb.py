"""Names as a graph: an entity has an id, and an edge gives it a name below another entity.

So /web is a container, and /web/db is another one under the name that /web knows it by: a link.
Docker keeps this in SQLite; here it is one JSON file, held open and written anew at each change.
"""

import json
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.twin import twin_of

ASKS = "It asks what is in memory; SQLite keeps pages of the file there, too."
ROOT = "0"  # the id of what is called /


class NotUniqueError(DockerError):
    """The parent has a child of that name."""


@dataclass(frozen=True)
class Edge:
    """What an entity is called below another."""

    parent: str
    name: str
    entity: str


class Database:
    """All edges."""

    def __init__(self, file: int, edges: list[Edge]) -> None:
        self.file, self.edges = file, edges  # the file is held open

    def describe(self) -> dict[str, str]:
        """Give all full names with the ids that they lead to."""
        return {name: id_[:12] for name, id_ in sorted(self._below("/", ROOT, -1))}

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).Set")
    def set(self, full_path: str, id_: str) -> None:
        """Give an entity a name, which must be free."""
        above, name = posixpath.split(full_path)
        parent = self._find(above)
        if parent is None:
            raise DockerError(f"Cannot find child for {above}")
        if parent == id_:
            raise DockerError("Cannot set self as child")
        if self._child(parent, name) is not None:
            raise NotUniqueError(f"{full_path}: name are not unique")
        self.edges.append(Edge(parent, name, id_))
        self._save()

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).Get", passes=ASKS)
    def get(self, full_path: str) -> str | None:
        """Return the id that a name leads to."""
        return self._find(full_path)

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).Exists", passes=ASKS)
    def exists(self, full_path: str) -> bool:
        """Say whether a name leads to anything."""
        return self._find(full_path) is not None

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).List", passes=ASKS)
    def list(self, full_path: str, depth: int) -> dict[str, str]:
        """List the full names below a name with their ids, so many steps down (-1: all)."""
        start = self._find(full_path)
        return {} if start is None else dict(sorted(self._below(full_path, start, depth)))

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).Walk", passes=ASKS)
    def walk(self, full_path: str, visit: Callable[[str, str], None], depth: int) -> None:
        """Visit the names in the order in which they were given; 0 steps are one here."""
        start = self._find(full_path)
        if start is None:
            raise DockerError(f"Cannot find child for {full_path}")
        for name, id_ in list(self._below(full_path, start, max(depth, 1))):
            visit(name, id_)

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).Delete")
    def delete(self, full_path: str) -> None:
        """Take one name away; the entity may have others."""
        above, name = posixpath.split(full_path)
        parent = self._find(above)
        edge = self._child(parent, name) if parent is not None and name else None
        if edge is None:
            raise DockerError(f"Cannot delete {full_path}")
        self.edges.remove(edge)
        self._save()

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).Purge")
    def purge(self, id_: str) -> None:
        """Take an entity away with all its names and all names that it gave."""
        self.edges = [each for each in self.edges if id_ not in (each.entity, each.parent)]
        self._save()

    @twin_of("(*github.com/docker/docker/pkg/graphdb.Database).Close")
    def close(self) -> None:
        """Let go of the file."""
        syscall.close(self.file)

    def _find(self, full_path: str) -> str | None:
        found = ROOT
        for name in full_path.split("/"):
            edge = self._child(found, name) if name else None
            if name and edge is None:
                return None
            found = edge.entity if edge else found
        return found

    def _child(self, parent: str, name: str) -> Edge | None:
        return next((e for e in self.edges if (e.parent, e.name) == (parent, name)), None)

    def _below(self, path: str, parent: str, depth: int) -> Iterator[tuple[str, str]]:
        for edge in self.edges if depth else []:
            if edge.parent == parent:
                full_path = posixpath.join(path, edge.name)
                yield full_path, edge.entity
                yield from self._below(full_path, edge.entity, depth - 1)

    def _save(self) -> None:
        syscall.ftruncate(self.file, 0)
        syscall.lseek(self.file, 0)
        syscall.write(self.file, json.dumps([asdict(each) for each in self.edges]).encode())


@twin_of("github.com/docker/docker/pkg/graphdb.NewSqliteConn")
async def new_sqlite_conn(path: str) -> Database:
    """Open the file that holds the names, or begin it."""
    file = syscall.open_(path, Open.O_RDWR | Open.O_CREAT)
    edges = json.loads(await syscall.read(file) or b"[]")
    return Database(file, [Edge(**each) for each in edges])
