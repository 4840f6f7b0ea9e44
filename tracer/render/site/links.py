"""Where a link in a text leads.

step:docker-run/namespaces.Exec      the step of a path that visits a function; `#2` the second
path:commit                          a walkthrough
function:daemon.NewDaemon            a function, by any unambiguous end of its name
type:libcontainer.Config             where a type is declared
pattern:execdriver.Driver            a pattern, by its interface or function
term:namespace                       the glossary
concept:process, page:glossary       another text, another page
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracer.errors import TracerError
from tracer.golang import names
from tracer.graph import lookup
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place
from tracer.graph.patterns.pattern import PatternMatch
from tracer.render.site.markdown import NowhereError
from tracer.render.site.walkthroughs import Pages, Walked

PAGES = (
    *("class", "concepts/index", "exercises/index", "exercises/vote", "glossary", "go", "index"),
    *("measured", "paths/index"),
)


@dataclass(frozen=True, repr=False)
class Targets:
    """All that a text can link to."""

    graph: CallGraph
    walks: Mapping[str, Walked]
    patterns: Mapping[PatternMatch, str]  # each with its page
    terms: frozenset[str]
    concepts: Mapping[str, str]  # id → title
    where: Pages  # a function or a place → its page

    def resolve(self, link: str) -> tuple[str, str]:
        """The page and anchor, from the site's root, and the name of what is there.

        Raises:
            NowhereError: the link leads nowhere.

        """
        kind, _, rest = link.partition(":")
        kinds: dict[str, Callable[[str], tuple[str, str]]] = {
            "concept": self._concept,
            "function": self._function,
            "page": self._page,
            "path": self._path,
            "pattern": self._pattern,
            "step": self._step,
            "term": self._term,
            "type": self._type,
        }
        if kind not in kinds or not rest:
            raise NowhereError(f"a link begins with one of {', '.join(kinds)} and a colon")
        return kinds[kind](rest)

    def walk(self, name: str) -> Walked:
        """The walkthrough of that name.

        Raises:
            NowhereError: there is none.

        """
        if name not in self.walks:
            raise NowhereError(f"no path {name!r}; there are: {', '.join(self.walks)}")
        return self.walks[name]

    def step(self, walked: Walked, query: str) -> int:
        """The number of the step that visits a function; `#2` asks for the second.

        Raises:
            NowhereError: no step does.

        """
        name, _, nth = query.partition("#")
        steps = [
            step.number
            for step in walked.walkthrough.steps
            if names.matches(name, step.edge.callee)
        ]
        index = int(nth) if nth.isdecimal() else 1
        if not 1 <= index <= len(steps):
            visits = f"visits {name} {len(steps)} time{'s' * (len(steps) != 1)}"
            hint = f"see: trace-docker run-path {walked.walkthrough.id} --all-branches"
            raise NowhereError(f"{walked.walkthrough.id} {visits}; {hint}")
        return steps[index - 1]

    def _step(self, rest: str) -> tuple[str, str]:
        path, _, query = rest.partition("/")
        walked = self.walk(path)
        number = self.step(walked, query)
        return walked.step_page(number), walked.walkthrough.steps[number - 1].label

    def _path(self, rest: str) -> tuple[str, str]:
        walked = self.walk(rest)
        return f"{walked.folder}index.html", walked.walkthrough.title

    def _function(self, rest: str) -> tuple[str, str]:
        try:
            name = lookup.function(self.graph, rest)
        except TracerError as error:
            raise NowhereError(str(error)) from None
        return self.where(name, None), rest

    def _type(self, rest: str) -> tuple[str, str]:
        types = {each.id: each for each in self.graph.program.types()}
        found = names.find(rest, types)
        if len(found) != 1:
            raise NowhereError(f"{len(found)} types of this tree are called {rest}; name one")
        declared = types[found[0]]
        return self.where("", Place(declared.file.path, declared.pos.line)), rest

    def _pattern(self, rest: str) -> tuple[str, str]:
        for match, path in self.patterns.items():
            if any(names.matches(rest, name) for name in match.names):
                return path, rest
        raise NowhereError("no pattern has this name; see: trace-docker patterns")

    def _term(self, rest: str) -> tuple[str, str]:
        if rest not in self.terms:
            raise NowhereError("the glossary has no such term; add it to site/glossary.md")
        return f"glossary.html#{rest}", rest

    def _concept(self, rest: str) -> tuple[str, str]:
        if rest not in self.concepts:
            raise NowhereError(f"no such text; there are: {', '.join(sorted(self.concepts))}")
        return f"concepts/{rest}.html", self.concepts[rest]

    def _page(self, rest: str) -> tuple[str, str]:
        if rest not in PAGES:
            raise NowhereError(f"no such page; there are: {', '.join(PAGES)}")
        return f"{rest}.html", rest
