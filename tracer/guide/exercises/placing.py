"""K3: to which layer does a function belong. The layers are those that the walkthrough shows."""

from tracer.golang import names
from tracer.guide.exercises.item import Item, Matching
from tracer.guide.exercises.lesson import Lesson, chooser, gives_away

ROWS = 5
_LEAST = 3  # layers among the rows, else there is little to tell


def where(lesson: Lesson, seed: str) -> Item | None:
    """Ask where five functions live."""
    chance = chooser(seed, lesson.id, "K3")
    homes: dict[str, set[tuple[str, str]]] = {}
    for step in lesson.walked.main_line:
        bare = _bare(step.edge.callee)
        homes.setdefault(bare, set()).add((step.hop.layer_to, step.edge.callee))
    single = {bare: next(iter(found)) for bare, found in homes.items() if len(found) == 1}
    layers = sorted({layer for layer, _ in single.values()})
    fit = sorted(b for b, (layer, _) in single.items() if not gives_away(layer, b))
    by_layer = {layer: [b for b in fit if single[b][0] == layer] for layer in layers}
    filled = [layer for layer in layers if by_layer[layer]]
    if len(filled) < _LEAST or len(fit) < ROWS:
        return None
    first = chance.sample(filled, min(ROWS, len(filled)))
    rows = [chance.choice(by_layer[layer]) for layer in first]
    rest = [bare for bare in fit if bare not in rows]
    rows += chance.sample(rest, ROWS - len(rows))
    rows = chance.sample(rows, ROWS)
    right = tuple(layers.index(single[bare][0]) for bare in rows)
    told = "; ".join(f"{names.short(single[bare][1])} is in {single[bare][0]}" for bare in rows)
    return Item(
        f"{lesson.id}.K3.1",
        "K3",
        lesson.id,
        0,
        "In which layer does each function live?",
        "",
        Matching(tuple(rows), tuple(layers), right),
        f"{told}.",
        (
            "What runs first is in the client; what runs last, in the kernel.",
            f"{len(set(right))} layers are in use here.",
            f"{rows[0]} is in {single[rows[0]][0]}.",
        ),
    )


def _bare(name: str) -> str:
    return names.short(name).rpartition(".")[2]
