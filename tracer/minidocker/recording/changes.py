"""The difference between two states, and a state after a change."""

from collections.abc import Iterable, Iterator

from tracer.minidocker.recording.model import Change, Tree, Value

Path = tuple[str, ...]


def differences(
    before: Value, after: Value, path: Path = ()
) -> Iterator[tuple[Path, Value, Value]]:
    """Yield where two states differ, with both values; what is new or gone counts as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(each for each in after if each not in before)]:
            yield from differences(before.get(name), after.get(name), (*path, name))
    elif before != after:
        yield path, before, after


def after(state: Tree, changes: Iterable[Change]) -> Tree:
    """Make the state that changes lead to; the given one stays as it is."""
    for change in changes:
        state = _set(state, change.path, change.after)
    return state


def _set(state: Tree, path: Path, value: Value) -> Tree:
    name, *rest = path
    if not rest and value is None:
        return {key: each for key, each in state.items() if key != name}
    if rest:
        below = state.get(name)
        value = _set(below if isinstance(below, dict) else {}, tuple(rest), value)
    return state | {name: value}
