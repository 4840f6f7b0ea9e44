"""What every driver of layers can do, and how one is chosen."""

from abc import ABC, abstractmethod


class Driver(ABC):
    """Makes layers and shows a layer with all below it as one directory."""

    def __init__(self, home: str) -> None:
        self.home = home

    @abstractmethod
    async def create(self, id_: str, parent: str) -> None:
        """Start an empty layer on top of another."""

    @abstractmethod
    async def get(self, id_: str) -> str:
        """Return a directory that shows the layer."""

    @abstractmethod
    async def remove(self, id_: str) -> None:
        """Delete the layer."""

    @abstractmethod
    async def put(self, id_: str) -> None:
        """Say that the directory is not needed any more."""
