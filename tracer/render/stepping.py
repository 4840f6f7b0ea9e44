"""A run of the twin step by step in the terminal: what is called, what it asks, what changes."""

import textwrap
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from tracer.guide.twins import Comparison, Pair
from tracer.minidocker import scenarios
from tracer.minidocker.recording import changes, drawings
from tracer.minidocker.recording.model import Change, Recording, Tree
from tracer.render import terminal

PICTURES = {
    "processes": drawings.processes,
    "hosts": drawings.processes,
    "cgroups": drawings.cgroups,
    "mounts": drawings.mounts,
    "network": drawings.network,
}
Wait = Callable[[], bool]  # waits for a key; False: enough


def show(console: Console, run: Comparison, wait: Wait) -> None:
    """Show each step of the main line, its calls, what changed, and pictures of what did."""
    state, done = run.recording.start, 0
    for number, pair in enumerate(run.main_line, 1):
        if pair.until > done:
            state = changes.after(state, run.recording.changes[done : pair.until])
            done = pair.until
        _step(console, f"{number}/{len(run.main_line)}", pair)
        _pictures(console, state, pair.changes)
        if number < len(run.main_line) and not wait():
            return


def machine(console: Console, path: str, run: Recording) -> None:
    """Print the simulated machine as the twin left it, and what a learner can check on it."""
    console.print("\nThe machine at the end", style="bold")
    console.print(drawings.machine(run.end), markup=False)
    console.print("\nWhat you can check", style="bold")
    console.print(f"$ {'; '.join(run.commands)}", markup=False)
    for where, text in scenarios.seen(path, run):
        console.print(Text(where, "bold"))
        console.print(Text(textwrap.indent(text.rstrip("\n"), "  ")), overflow="fold")
    console.print(f"exit code {run.exit_code}", markup=False)


def _step(console: Console, count: str, pair: Pair) -> None:
    edge = pair.step.edge
    console.rule(f"{count}  {pair.step.hop.layer_to}", style="dim", align="left")
    console.print(Text(terminal.person(edge.callee), "bold"), Text(str(edge.at), "dim"))
    for text in (pair.step.label, pair.step.says):
        if text:
            console.print(Text(text))
    if pair.twin is not None:
        ran = f"ran in PID {pair.ran.pid}" if pair.ran else "not in this run"
        console.print(Text(f"≙ {pair.twin.python_name}  ({ran})", "dim"))
    elif pair.not_modelled:
        console.print(Text(f"Not modelled: {pair.not_modelled}", "dim"))
    for call in pair.calls:
        console.print(Text(f"    {call}", "dim"), overflow="ellipsis", no_wrap=True)
    for sentence in pair.changed:
        console.print(Text(f"  * {sentence}", "green"))


def _pictures(console: Console, state: Tree, made: tuple[Change, ...]) -> None:
    """Draw the parts of the machine that changed."""
    drawn = dict.fromkeys(PICTURES[c.path[0]] for c in made if c.path[0] in PICTURES)
    for draw in drawn:
        console.print()
        console.print(Text(draw(state)), overflow="ellipsis", no_wrap=True)
