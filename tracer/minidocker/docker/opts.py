"""Options that can be given several times."""

from tracer.minidocker.twin import twin_of


class ListOpts(list[str]):
    """What was given, in order."""

    @twin_of(
        "(*github.com/docker/docker/opts.ListOpts).Delete",
        passes="It changes the client's own list, before anything is sent.",
    )
    def delete(self, word: str) -> None:
        """Take a word out."""
        self.remove(word)
