"""The runs of several twins, half of them in a process of their own where there are two cores."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import tracer
from tracer.beside import cores
from tracer.guide import twins
from tracer.guide.twins import Comparison
from tracer.guide.walkthrough import Walkthrough
from tracer.minidocker import scenarios
from tracer.minidocker.recording import tape
from tracer.minidocker.recording.model import Recording

_BESIDE = """
import sys
sys.path.insert(0, sys.argv[1])
from tracer.minidocker import scenarios
from tracer.minidocker.recording import tape
for name in sys.argv[2:]:
    print(name, tape.write(scenarios.run(name)), end="")
"""


def compare(
    walks: Iterable[Walkthrough], progress: Callable[[str], None] = lambda _: None
) -> dict[str, Comparison]:
    """Run the twins that there are, and put each run beside its walkthrough."""
    walked = {each.id: each for each in walks if twins.is_there(each)}
    found = recordings(list(walked), progress)
    return {name: twins.compare(each, found[name]) for name, each in walked.items()}


def recordings(
    names: Sequence[str], progress: Callable[[str], None] = lambda _: None
) -> dict[str, Recording]:
    """Run scenarios; each gives the same recording wherever it runs."""
    beside = names[1::2] if cores() > 1 else ()
    with _started(beside) as finish:
        found = {}
        for name in names:
            if name not in beside:
                progress(name)
                found[name] = scenarios.run(name)
        found |= dict(finish())
    for name in names:
        if name not in found:  # the other process did not come to it
            found[name] = scenarios.run(name)
    return found


@contextmanager
def _started(names: Sequence[str]) -> Iterator[Callable[[], Iterator[tuple[str, Recording]]]]:
    """Run scenarios in another process; what is given waits for them."""
    if not names:
        yield lambda: iter(())
        return
    root = str(Path(tracer.__file__).resolve().parent.parent)
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as told:
        child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-X", "utf8", "-c", _BESIDE, root, *names],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us
        )
        try:
            yield lambda: _read(child, told)
        finally:
            child.kill()
            child.wait()


def _read(child: subprocess.Popen[bytes], told: IO[str]) -> Iterator[tuple[str, Recording]]:
    if child.wait() == 0:
        told.seek(0)
        for line in told:
            name, _, written = line.partition(" ")
            yield name, tape.read(written)
