"""Tables of text, as Go's text/tabwriter lays them out: the cells of a column are equally wide."""

from collections.abc import Sequence

LEAST, SPACE = 20, 3  # of a column; after the longest cell


def table(rows: Sequence[Sequence[str]], least: int = LEAST) -> str:
    """Lay rows out; the last cell of a row is left as it is."""
    widths: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row[:-1]):
            widths[column] = max(widths.get(column, least), len(cell) + SPACE)
    lines = ["".join(cell.ljust(widths[n]) for n, cell in enumerate(row[:-1])) for row in rows]
    return "".join(f"{line}{row[-1]}\n" for line, row in zip(lines, rows, strict=True))
