"""The fenced blocks of a text: commands that are run, the machine drawn, code in three languages.

    ```mini                                           ```machine docker-run namespaces.Exec network
    docker run busybox echo hello                     ```
    docker run busybox false # 1
    ```

Each command of a `mini` block is run on the same new machine and must end with status 0, or with
the status that stands behind `#`.  A `machine` block draws the machine after a step of a path.
"""

from collections.abc import Callable
from contextlib import closing

from markupsafe import Markup

from tracer.minidocker.machine import Machine
from tracer.minidocker.recording import changes, drawings
from tracer.minidocker.recording.model import Tree
from tracer.render import html
from tracer.render.site import page
from tracer.render.site.links import Targets
from tracer.render.site.markdown import NowhereError

DRAWINGS: dict[str, Callable[[Tree], str]] = {
    "cgroups": drawings.cgroups,
    "mounts": drawings.mounts,
    "network": drawings.network,
    "processes": drawings.processes,
}
LANGUAGES = {"go": "Go", "java": "Java", "python": "Python"}


def block(info: str, content: str, here: str, targets: Targets) -> Markup:
    """Render a block of the page `here`.

    Raises:
        NowhereError: nobody knows what it means, or it cannot be done.

    """
    kind, *words = info.split() or [""]
    if kind in LANGUAGES:
        return _code(kind, content)
    if kind == "mini":
        return _mini(content)
    if kind == "machine":
        return _machine(words, here, targets)
    raise NowhereError(f"a block is one of machine, mini, {', '.join(LANGUAGES)}")


def _code(language: str, content: str) -> Markup:
    marked = Markup(html.marked(content.rstrip("\n"), language))  # noqa: S704 - it escapes
    return Markup(
        '<figure class="code"><figcaption>{}</figcaption><pre tabindex="0">{}</pre></figure>\n'
    ).format(LANGUAGES[language], marked)


def _mini(content: str) -> Markup:
    shown: list[Markup] = []
    with closing(Machine.booted()) as machine:
        for line in filter(None, map(str.strip, content.splitlines())):
            command, _, wanted = line.partition(" # ")
            output, status = _run(machine, command)
            if str(status) != (wanted.strip() or "0"):
                raise NowhereError(f"`{command}` ends with status {status}: {output.strip()}")
            said = f"(exit status {status})\n" if status else ""
            shown.append(Markup("<b>$ {}</b>\n{}{}").format(command, output, said))
    if not shown:
        raise NowhereError("there is no command in it")
    return Markup(
        '<figure class="terminal"><figcaption>Run on a new simulated machine</figcaption>'
        '<pre tabindex="0" aria-label="Commands and what they print">{}</pre></figure>\n'
    ).format(Markup("").join(shown))


def _run(machine: Machine, command: str) -> tuple[str, int]:
    try:
        return machine.run(command)
    except Exception as error:  # noqa: BLE001 - whatever stops it, the text cannot stay
        raise NowhereError(f"`{command}` cannot be run: {error}") from None


def _machine(words: list[str], here: str, targets: Targets) -> Markup:
    if len(words) < 3 or not set(words[2:]) <= set(DRAWINGS):  # noqa: PLR2004 - path, function, one
        raise NowhereError(f"write: machine PATH FUNCTION and some of {', '.join(DRAWINGS)}")
    walked = targets.walk(words[0])
    number = targets.step(walked, words[1])
    compared = walked.comparison
    pair = compared.pairs[number - 1] if compared is not None else None
    if compared is None or pair is None or pair.ran is None:
        raise NowhereError(f"the twin of {words[0]} does not come to step {number}")
    recording = compared.recording
    state = changes.after(recording.start, recording.changes[: pair.until])
    drawn = "\n".join(DRAWINGS[word](state) for word in words[2:])
    return Markup(
        '<figure class="drawing"><figcaption>The machine after <a href="{}">step {} of {}: {}</a>'
        '</figcaption><pre tabindex="0" aria-label="The machine">{}</pre></figure>\n'
    ).format(
        page.link(here, walked.step_page(number)),
        number,
        words[0].replace("-", " "),
        pair.step.label,
        drawn,
    )
