"""Ids by any beginning that no other id has."""

from collections.abc import Iterable

from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.twin import twin_of


class TruncIndex:
    """A set of ids."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self.ids = set(ids)

    @twin_of("(*github.com/docker/docker/pkg/truncindex.TruncIndex).Add")
    def add(self, id_: str) -> None:
        """Let an id be found."""
        if not id_ or " " in id_ or id_ in self.ids:
            raise DockerError(f"Id already exists or cannot be one: '{id_}'")
        self.ids.add(id_)

    @twin_of("(*github.com/docker/docker/pkg/truncindex.TruncIndex).Delete")
    def delete(self, id_: str) -> None:
        """Let an id be found no more."""
        if id_ not in self.ids:
            raise NotFoundError(f"No such id: '{id_}'")
        self.ids.remove(id_)

    @twin_of(
        "(*github.com/docker/docker/pkg/truncindex.TruncIndex).Get",
        passes="The index lies in memory, and looking changes nothing.",
    )
    def get(self, beginning: str) -> str:
        """Find the one id that begins so; two are as bad as none."""
        if not beginning:
            raise DockerError("prefix can't be empty")
        found = [each for each in self.ids if each.startswith(beginning)]
        if len(found) != 1:
            raise NotFoundError(f"No such id: {beginning}")
        return found[0]
