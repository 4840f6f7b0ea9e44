"""Arguments and exit codes, nothing else.

0: done; 1: a check found something; 2: wrong use or bad input, with one line that says what to do.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from tracer import beside, pipeline, trees
from tracer.commands import classroom, completion, exercise
from tracer.commands import mini as little_docker
from tracer.commands.asking import ask, busy, nothing, one_line, plain, tell, tracing
from tracer.commands.help import examples
from tracer.errors import NO_PATHS
from tracer.golang import source as source_text
from tracer.graph import lookup, rulebook
from tracer.guide import walkthrough
from tracer.render import console as consoles
from tracer.render import machine, stepping, terminal
from tracer.render import patterns as patterns_text
from tracer.render import symbols as looked_up

Source = Annotated[
    str,
    typer.Option(
        metavar="NAME|DIR",
        help="A tree: the pocket tree, an added one, a directory.",
        autocompletion=completion.sources,
    ),
]
Symbol = Annotated[
    str,
    typer.Argument(
        metavar="SYMBOL", help="Any end of a name that no other has: Container.Start, NewDaemon."
    ),
]
Added = Annotated[
    str, typer.Argument(help="See: trace-docker source list", autocompletion=completion.added)
]
Tags = Annotated[
    str | None,
    typer.Option(metavar="TAGS", help="Build tags, separated by commas, in place of those found."),
]

_WrongUse: Any = typer.BadParameter.__bases__[0]  # click's UsageError, wherever typer keeps it
_PACKAGES = 2  # the depth of the graph that shows packages
_LENS = "Show one kind of work: domain, wiring or plumbing."

app = typer.Typer(
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog=examples("run-path", "run-path --run", "paths", "source add v1.2.0", "mini")
    + "\n\nExit codes: 0 done, 1 a check found something, 2 wrong use or bad input."
    + "\n\nCompletion with TAB, set up once: trace-docker --install-completion",
)
sources = typer.Typer(
    help="Real trees, kept in your cache.",
    epilog=examples("source add v1.2.0", "source list"),
)
app.add_typer(sources, name="source")
site = typer.Typer(
    help="The static site: read it from a disk or serve it.",
    epilog=examples("site build", "site serve"),
)
app.add_typer(site, name="site")
app.add_typer(exercise.app, name="exercise")
app.add_typer(classroom.app, name="classroom")


def _version(asked: bool) -> None:
    if asked:
        from importlib import metadata  # noqa: PLC0415 - it takes longer than an answer kept

        plain(f"trace-docker {metadata.version('trace-docker')}\n")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    max_file_size: Annotated[
        float, typer.Option(metavar="MB", min=0, help="Leave out Go files that are larger.")
    ] = 4,
) -> None:
    """Trace any path through Docker's Go source, from the command line to the system call."""
    del version  # its callback has answered
    source_text.largest.set(int(max_file_size * 1_000_000))


@app.command(
    "run-path",
    epilog=examples(
        "run-path",
        "run-path container-start --source v1.2.0",
        "run-path --from CmdStart --to native.driver.Run",
        "run-path --html run.html",
    ),
)
def run_path(  # noqa: PLR0913 - the fixed interface
    name: Annotated[
        str | None,
        typer.Argument(
            help="A named path; see: trace-docker paths. Without one, docker-run.",
            autocompletion=completion.paths,
        ),
    ] = None,
    *,
    source: Source = trees.POCKET,
    tags: Tags = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one self-contained page.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the hops as JSON.")
    ] = None,
    tour: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an editor tour (CodeTour).")
    ] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a picture.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="SYMBOL", help="Begin at any function …")
    ] = None,
    goal: Annotated[
        str | None, typer.Option("--to", metavar="SYMBOL", help="… and end at another.")
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="Run the twin and show what it did.")] = False,
    step: Annotated[
        bool, typer.Option("--step", help="Run the twin and wait for a key after each step.")
    ] = False,
    depth: Annotated[
        int | None,
        typer.Option(
            min=1, help="Show calls down to this depth only, in each goroutine and process."
        ),
    ] = None,
    lens: Annotated[str | None, typer.Option(help=_LENS)] = None,
    all_branches: Annotated[
        bool, typer.Option("--all-branches", help="Show the branches too.")
    ] = False,
) -> None:
    """Print the walkthrough of a path: every hop with its line, from the client to the kernel."""
    if (start is None) != (goal is None):
        raise typer.BadParameter("--from and --to go together")
    if name is not None and start is not None:
        raise typer.BadParameter("name a path, or give --from and --to")
    name, lens = name or "docker-run", _lens(lens)
    if step and not sys.stdin.isatty():
        raise typer.BadParameter("--step waits for keys and needs a terminal; use --run")
    places = {"html": html, "json": json, "tour": tour, "svg": svg}
    wanted = {form: place for form, place in places.items() if place is not None}

    def work(traced: pipeline.Traced, out: Console) -> Mapping[str, str]:
        walked = _walked(traced, name, start, goal)
        needed = run or ("html" in wanted and pipeline.has_twin(walked))
        comparison = pipeline.run_twin(walked) if needed else None
        steps = _chosen(walked, depth, lens, all_branches=all_branches)
        terminal.walkthrough(out, walked, steps, comparison if run else None)
        if comparison is not None:
            if run:
                stepping.machine(out, walked.id, comparison.recording)
            out.print(terminal.verdict(comparison), markup=False)
        write = {
            "html": lambda: pipeline.as_html(traced, walked, comparison),
            "json": lambda: machine.paths_json([walked]),
            "tour": lambda: machine.tour(walked),
            "svg": lambda: pipeline.as_svg(walked),
        }
        return {form: write[form]() for form in wanted}

    if step:
        _step_through(source, tags, (name, start, goal))
        return
    question = ("run-path", name, start, goal, run, depth, lens, all_branches, *wanted)
    answer = ask(source, tags, question, work)
    with one_line():
        for form, place in wanted.items():
            pipeline.write(place, answer.files[form])
    tell(answer)
    for place in wanted.values():
        plain(f"Wrote {place}\n")


@app.command(epilog=examples("paths", "paths --source v1.2.0"))
def paths(source: Source = trees.POCKET, tags: Tags = None) -> None:
    """List the named paths, their question and length."""

    def work(traced: pipeline.Traced, out: Console) -> None:
        told = [(story, len(pipeline.walk(traced, story.id).main_line)) for story in traced.told]
        if told:
            terminal.paths(out, told)
        else:
            plain(f"{traced.tree.title} {NO_PATHS}\n", out)

    tell(ask(source, tags, ("paths",), work))


@app.command(
    epilog=examples(
        "callers '(*Container).Start'",
        "callers execdriver.Driver.Run",
        "callers Job.Run --source v1.2.0",
    )
)
def callers(symbol: Symbol, source: Source = trees.POCKET, tags: Tags = None) -> None:
    """List who calls a function, or a method of an interface, with the line."""

    def work(traced: pipeline.Traced, out: Console) -> None:
        if method := lookup.interface_method(traced.graph, symbol):
            terminal.edges(out, traced.graph.callers_through(method), end="caller")
            return
        function = pipeline.find(traced, symbol)
        terminal.edges(out, traced.graph.callers(function), end="caller")
        terminal.handed_over(out, traced.graph.handed_over(function))
        for interface in traced.graph.asked_by_library(function):
            plain(f"{interface} asks for it: what is not in the tree may call it so\n", out)

    tell(ask(source, tags, ("callers", symbol), work))


@app.command(epilog=examples("callees namespaces.Exec", "callees Container.Start --lens domain"))
def callees(
    symbol: Symbol,
    source: Source = trees.POCKET,
    tags: Tags = None,
    lens: Annotated[str | None, typer.Option(help=_LENS)] = None,
) -> None:
    """List whom a function calls, in run order, with the line."""
    lens = _lens(lens)

    def work(traced: pipeline.Traced, out: Console) -> None:
        graph = traced.graph
        caller = pipeline.find(traced, symbol)
        called = graph.edges(caller)
        lenses = {edge.callee: rulebook.lens(graph.rules, edge.callee) for edge in called}
        found = [edge for edge in called if lens in {None, lenses[edge.callee]}]
        terminal.edges(out, found, end="callee", lenses=lenses)
        terminal.unresolved(out, [site for _, site in graph.sites(caller)], called)

    tell(ask(source, tags, ("callees", symbol, lens), work))


@app.command(epilog=examples("implements execdriver.Driver", "implements native.driver"))
def implements(symbol: Symbol, source: Source = trees.POCKET, tags: Tags = None) -> None:
    """List the types that implement an interface, or the interfaces that a type implements."""

    def work(traced: pipeline.Traced, out: Console) -> None:
        plain(looked_up.implements(traced.graph, symbol), out)

    tell(ask(source, tags, ("implements", symbol), work))


@app.command(epilog=examples("show graphdriver.Driver", "show Container.Start --source ~/src/moby"))
def show(symbol: Symbol, source: Source = trees.POCKET, tags: Tags = None) -> None:
    """Show a declaration: where it is, its source, who calls it."""

    def work(traced: pipeline.Traced, out: Console) -> None:
        plain(looked_up.show(traced.graph, symbol), out)

    tell(ask(source, tags, ("show", symbol), work))


@app.command(epilog=examples("patterns", "patterns --source v1.2.0 --json patterns.json"))
def patterns(
    source: Source = trees.POCKET,
    tags: Tags = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the findings as JSON.")
    ] = None,
) -> None:
    """List the design patterns: template methods first, with their sequence and their proof."""

    def work(traced: pipeline.Traced, out: Console) -> Mapping[str, str]:
        found = pipeline.find_patterns(traced)
        plain(patterns_text.patterns(found), out)
        return {"json": patterns_text.patterns_json(found)}

    answer = ask(source, tags, ("patterns",), work, nothing)
    if json is not None:
        with one_line():
            pipeline.write(json, answer.files["json"])
    tell(answer)
    if json is not None:
        plain(f"Wrote {json}\n")


@app.command(epilog=examples("export build/tables", "export build/tables --source v1.2.0"))
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
    source: Source = trees.POCKET,
    tags: Tags = None,
) -> None:
    """Write the call sites, implementations, dynamic edges and paths as files."""
    with closing(beside.Turns(len(pipeline.EITHER))) as turns:

        def work(traced: pipeline.Traced, _: Console) -> Mapping[str, str]:
            return pipeline.export(traced, turns)

        def meanwhile(traced: pipeline.Traced) -> bytes:
            return pipeline.export_beside(traced, turns)

        tables = ask(source, tags, ("export",), work, meanwhile).files
    with one_line():
        for name, content in tables.items():
            pipeline.write(folder / name, content)
    for name, content in tables.items():
        rows = content.count("\n") - 1
        told = f"{rows} row{'s' * (rows != 1)}"
        count = told if name.endswith(".tsv") else f"{len(content)} bytes"
        plain(f"{folder / name}  {count}\n")


@app.command(
    epilog=examples(
        "graph > layers.svg",
        "graph --focus namespaces.Exec > exec.svg",
        "graph --focus execdriver.Driver > driver.svg",
        "graph --focus docker-run --format text",
    )
)
def graph(
    *,
    source: Source = trees.POCKET,
    tags: Tags = None,
    focus: Annotated[
        str | None,
        typer.Option(metavar="SYMBOL", help="A function, an interface, a package or a path."),
    ] = None,
    depth: Annotated[
        int, typer.Option(min=1, help="How far around; without --focus: 1 layers, 2 packages.")
    ] = 1,
    form: Annotated[
        str, typer.Option("--format", help="svg, dot, json, graphml, mermaid, text")
    ] = "svg",
) -> None:
    """Draw layers, packages, a path, or what is around a function, an interface or a package."""
    if form not in pipeline.FORMATS:
        raise typer.BadParameter(f"--format is one of {', '.join(pipeline.FORMATS)}")
    if focus is None and depth > _PACKAGES:
        raise typer.BadParameter("--depth without --focus is 1 (layers) or 2 (packages)")

    def work(traced: pipeline.Traced, out: Console) -> None:
        plain(pipeline.draw(traced, focus, depth, form), out)

    tell(ask(source, tags, ("graph", focus, depth, form), work, nothing if focus is None else None))


@app.command(epilog=examples("check", "check --source v1.2.0"))
def check(source: Source = trees.POCKET, tags: Tags = None) -> None:
    """Hold stories and twins against a tree: every name, every hop, every run."""

    def work(traced: pipeline.Traced, out: Console) -> Mapping[str, str]:
        report = pipeline.check(traced)
        for row in (*report.coverage, *report.findings, report.verdict):
            plain(f"{row}\n", out)
        return {"findings": "\n".join(map(str, report.findings))}

    answer = ask(source, tags, ("check",), work)
    tell(answer)
    if answer.files["findings"]:
        raise typer.Exit(1)


@app.command(
    "mini",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def mini(context: typer.Context) -> None:
    """Use the twin as a little docker on a simulated machine; see: trace-docker mini --help."""
    try:
        status = little_docker.main(context.args)
    except SystemExit as stopped:  # argparse has printed its help or what is wrong
        status = int(stopped.code or 0)
    raise typer.Exit(abs(status))


@site.command(
    "build",
    epilog=examples(
        "site build --out build/site", "site build --live build/node/node_modules/pyodide"
    ),
)
def site_build(
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="The site's folder.")] = Path(
        "build/site"
    ),
    live: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Run edited Python in the page: npm's pyodide folder."),
    ] = None,
    source: Source = trees.POCKET,
    tags: Tags = None,
) -> None:
    """Build the static site: walkthroughs, questions, patterns, source."""
    with tracing(source, tags, nothing) as traced, busy("building") as progress:
        copies = pipeline.pyodide(live) if live is not None else {}
        book = pipeline.bind(traced, live=live is not None, progress=progress)
        files = pipeline.build_site(book, progress)
        pipeline.write_folder(folder, files, copies)
    size = sum(len(text.encode()) for text in files.values())
    size += sum(origin.stat().st_size for origin in copies.values())
    count = len(files) + len(copies)
    plain(f"{count} files, {size / 1_000_000:.1f} MB: {folder / 'index.html'}\n")


@site.command("serve", epilog=examples("site serve --port 8000"))
def site_serve(
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="The site's folder.")] = Path(
        "build/site"
    ),
    port: Annotated[int, typer.Option(metavar="N", help="0: any that is free.")] = 8000,
) -> None:
    """Serve a built site to this computer alone; its pages load again when it is built anew."""
    with one_line(), pipeline.serving(folder, port) as server:
        plain(f"http://127.0.0.1:{server.server_port}/  (stop with Ctrl-C)\n")
        with suppress(KeyboardInterrupt):
            server.serve_forever()


@sources.command("add", epilog=examples("source add v1.2.0 --from ~/src/moby"))
def source_add(
    name: Annotated[str, typer.Argument(help="A tag of Docker's: v1.2.0, v1.13.1, v20.10.24.")],
    remote: Annotated[
        str, typer.Option("--from", metavar="GIT", help="Any git URL or directory.")
    ] = trees.REMOTE,
) -> None:
    """Fetch a release of Docker, check its commit, and keep it."""
    with one_line(), busy(f"fetching {name}"):
        record = trees.add(name, remote)
    plain(f"{record.name}  {record.commit}  {record.files} files\n")


@sources.command("list", epilog=examples("source list"))
def source_list() -> None:
    """List the trees there are."""
    with one_line():
        plain(f"{trees.POCKET}  the study model that comes with trace-docker\n")
        for record in trees.added():
            plain(f"{record.name}  {record.commit}  {record.files} files\n")


@sources.command("remove", epilog=examples("source remove v1.2.0"))
def source_remove(name: Added) -> None:
    """Delete a tree from the cache."""
    with one_line():
        trees.remove(name)
    plain(f"{name} is removed\n")


@sources.command("verify", epilog=examples("source verify v1.2.0"))
def source_verify(name: Added) -> None:
    """Check that a tree in the cache is what was fetched."""
    with one_line():
        record = trees.verify(name)
    plain(f"{name} is as fetched: {record.files} files of commit {record.commit}\n")


def main() -> None:
    """Run the command line; wrong use gets one line, like every other mistake."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    printed_on = sys.stdout
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="trace-docker", standalone_mode=False)
        sys.stdout.flush()
    except _WrongUse as error:
        asked = " ".join(["trace-docker", *sys.argv[1:2]])
        where = error.ctx.command_path if error.ctx else asked
        wrong = error.format_message().rstrip(".")
        end = "" if wrong.endswith("?") else "."
        sys.stderr.write(f"trace-docker: {wrong}{end} See: {where} --help\n")
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except OSError as error:
        code = _unwritten(error)
    except SystemExit:
        if sys.stdout is printed_on:
            raise
        code = 0  # the reader has seen enough (`| head`): typer prints on nothing then
    sys.stderr.flush()
    os._exit(code or 0)  # all is written; taking those values apart would take a fifth of the time


def _walked(
    traced: pipeline.Traced, name: str, start: str | None, goal: str | None
) -> walkthrough.Walkthrough:
    if start is not None and goal is not None:
        return pipeline.walk_between(traced, start, goal)
    return pipeline.walk(traced, name)


def _step_through(source: str, tags: str | None, path: tuple[str, str | None, str | None]) -> None:
    """Run the twin of a path and wait for a key after each step."""
    with tracing(source, tags) as traced:
        comparison = pipeline.run_twin(_walked(traced, *path))
    stepping.show(consoles.out(), comparison, _key)


def _unwritten(error: OSError) -> int:
    """Say that the output cannot be written, unless its reader has seen enough (`| head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 0
    if error.filename is not None or error.errno not in {errno.ENOSPC, errno.EIO, errno.EFBIG}:
        raise error
    sys.stderr.write(f"trace-docker: cannot write the output: {error.strerror}\n")
    return 2


def _chosen(
    walked: walkthrough.Walkthrough, depth: int | None, lens: str | None, *, all_branches: bool
) -> list[walkthrough.Step]:
    return [
        step
        for step in (walked.steps if all_branches else walked.main_line)
        if (depth is None or step.hop.depth <= depth) and (lens is None or step.lens == lens)
    ]


def _key() -> bool:
    """Wait for a key: q is enough, any other goes on."""
    sys.stdout.write("any key: next step, q: enough ")
    sys.stdout.flush()
    pressed = typer.getchar()
    sys.stdout.write("\r" + " " * 32 + "\r")
    return pressed.lower() not in {"q", "\x1b", "\x03", "\x04"}


def _lens(name: str | None) -> str | None:
    if name is not None and name not in rulebook.LENSES:
        raise typer.BadParameter(f"--lens is one of {', '.join(rulebook.LENSES)}")
    return name
