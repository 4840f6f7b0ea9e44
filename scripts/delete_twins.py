"""Take the body of each twin away, one at a time, and say which of them nobody misses.

A twin is missed if a scenario that enters it fails, no longer follows its path, goes ways that the
Go code does not go, or ends with something else to see (`scenarios.seen`, which the tests know);
and below the daemon, where `check` asks each twin for an effect that it has lost now.

    .venv/bin/python scripts/delete_twins.py            # all; survivors are listed at the end
    .venv/bin/python scripts/delete_twins.py SyncPipe   # those whose Go name holds a word
"""

import gc
import sys
from collections.abc import Callable
from inspect import iscoroutinefunction
from types import CellType, FunctionType
from typing import Any

from tracer import pipeline, trees
from tracer.guide import conformance, effects, twins
from tracer.guide.conformance import Ways
from tracer.guide.walkthrough import Walkthrough
from tracer.minidocker import scenarios
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.twin import TWINS, Twin


def main(word: str) -> int:
    """Try every twin; return 1 if one survives."""
    traced = pipeline.trace(trees.POCKET, None)
    walked = {name: pipeline.walk(traced, name) for name in scenarios.SCENARIOS}
    sound = {name: scenarios.run(name) for name in scenarios.SCENARIOS}
    ways = Ways(traced.graph, frozenset(TWINS))
    bodies = _bodies()
    chosen = [name for name in sorted(TWINS) if word in name]
    acting = {twin.go_name for twin in effects.below(TWINS.values(), traced.graph.rules)}
    acting &= effects.effective(sound.values())
    survivors = 0
    for tried, name in enumerate(chosen, 1):
        if name not in acting and not _missed(name, bodies[name], walked, sound, ways):
            survivors += 1
            print(f"nobody misses {TWINS[name].python_name}, the twin of {name}", flush=True)
        print(f"tried {tried} of {len(chosen)}", end="\r", file=sys.stderr, flush=True)
    print(f"{len(chosen)} twins, {survivors} of them not missed")
    return 1 if survivors else 0


def _bodies() -> dict[str, CellType]:
    """Find for each twin the cell in which its wrapper keeps the function."""
    found: dict[str, CellType] = {}
    for function in gc.get_objects():
        if not isinstance(function, FunctionType) or not hasattr(function, "__wrapped__"):
            continue
        cells = function.__closure__ or ()
        kept = [cell for cell in cells if isinstance(cell.cell_contents, Twin)]
        for cell in cells:
            if kept and cell.cell_contents is function.__wrapped__:
                found[kept[0].cell_contents.go_name] = cell
    return found


def _missed(
    name: str,
    body: CellType,
    walked: dict[str, Walkthrough],
    sound: dict[str, Recording],
    ways: Ways,
) -> bool:
    original = body.cell_contents
    body.cell_contents = _empty(original)
    try:
        return any(
            _fails(scenario, walked[scenario], sound[scenario], ways)
            for scenario in sorted(sound, key=lambda each: len(sound[each].steps))
            if any(step.go_name == name for step in sound[scenario].steps)
        )
    finally:
        body.cell_contents = original


def _empty(original: Callable[..., Any]) -> Callable[..., Any]:
    async def later(*_: object, **__: object) -> None:
        return None

    def now(*_: object, **__: object) -> None:
        return None

    return later if iscoroutinefunction(original) else now


def _fails(scenario: str, walked: Walkthrough, sound: Recording, ways: Ways) -> bool:
    try:
        recording = scenarios.run(scenario)
    except Exception:  # noqa: BLE001 - however it fails, it fails
        return True
    return (
        bool(twins.compare(walked, recording).missed)
        or bool(conformance.check(ways, recording))
        or scenarios.seen(scenario, recording) != scenarios.seen(scenario, sound)
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
