"""A pattern as a Java or a Python reader would write it: skeletons with the names of the tree.

A template method has the steps of its frame: those that vary, and those that are the same for all.
Conditions and loops between the steps are left out.
"""

import keyword
import re
from collections.abc import Callable, Iterator

from tracer.golang import names
from tracer.graph.patterns.pattern import Frame, FrameStep, PatternMatch, TemplateFunction

Form = Callable[[PatternMatch], Iterator[str]]
_SHOWN = 4  # implementations of one interface
# What no method can be called that has a word of Go as its name: keywords, and what is final.
_JAVA_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    abstract assert boolean byte case catch char class continue default do double enum extends
    final finally float for goto if implements import instanceof int interface long native new
    notify package private protected public return short static super switch synchronized this
    throw throws transient try void volatile wait while
""",
    )
)


def java(match: PatternMatch) -> Iterator[str]:
    """A pattern in Java."""
    yield from _JAVA[match.pattern](match)


def python(match: PatternMatch) -> Iterator[str]:
    """A pattern in Python."""
    yield from _PYTHON[match.pattern](match)


# Template methods: a fixed order of steps


def _template_java(match: PatternMatch) -> Iterator[str]:
    name, frame = _abstract(match), _frame(match)
    yield f"abstract class {name} {{"
    yield f"    final void {_camel(frame.function)}() {{  // the order"
    yield from ("        " + line for line in _java_steps(frame))
    yield "    }"
    yield from (f"    abstract void {_camel(o)}();" for o in _hooks(match, frame))
    yield "}"
    for type_ in match.implementations:
        yield f"class {_class(type_, qualified=True)} extends {name} {{ … }}"


def _java_steps(frame: Frame) -> Iterator[str]:
    steps, later = _parted(frame, lambda s: f"{_camel(_hook(frame, s))}();{_told(s, '//')}")
    if not later:
        yield from steps
        return
    yield "try {"
    yield from (f"    {line}" for line in steps)
    yield "} finally {"
    yield from (f"    {line}" for line in later)
    yield "}"


def _template_python(match: PatternMatch) -> Iterator[str]:
    name, frame = _abstract(match), _frame(match)
    yield "from abc import ABC, abstractmethod"
    yield f"class {name}(ABC):"
    yield f"    def {_snake(frame.function)}(self):  # the order"
    yield from ("        " + line for line in _python_steps(frame))
    for operation in _hooks(match, frame):
        yield "    @abstractmethod"
        yield f"    def {_snake(operation)}(self): ..."
    for type_ in match.implementations:
        yield f"class {_class(type_, qualified=True)}({name}): ..."


def _python_steps(frame: Frame) -> Iterator[str]:
    steps, later = _parted(frame, lambda s: f"self.{_snake(_hook(frame, s))}(){_told(s, '#')}")
    if not later:
        yield from steps or ["..."]
        return
    yield "try:"
    yield from (f"    {line}" for line in steps or ["..."])
    yield "finally:"
    yield from (f"    {line}" for line in later)


def _parted(frame: Frame, line: Callable[[FrameStep], str]) -> tuple[list[str], list[str]]:
    """The steps as lines: those that run in turn, and those that run at the end."""
    return (
        [line(step) for step in frame.outline if not step.deferred],
        [line(step) for step in frame.outline if step.deferred],
    )


def _told(step: FrameStep, mark: str) -> str:
    """Say which steps vary, and who hands the call on."""
    by = f", called by {names.short(step.by)}" if step.by else ""
    return f"  {mark} varies{by}" if step.varies else ""


def _frame(match: PatternMatch) -> Frame:
    """The frame that was found, or the calls of the function that shows the most of them."""
    if match.frame is not None:
        return match.frame
    template = _template(match)
    steps = (FrameStep(call, varies=True, deferred=False) for call in template.calls)
    return Frame(template.function, tuple(steps))


def _hooks(match: PatternMatch, frame: Frame) -> list[str]:
    """The operations as methods, those of the frame first."""
    steps = [s for s in frame.steps if s.varies]
    others = (FrameStep(o, varies=True, deferred=False) for o in match.operations)
    return list(dict.fromkeys(_hook(frame, step) for step in (*steps, *others)))


def _hook(frame: Frame, step: FrameStep) -> str:
    """The method that a step calls: `doStart` of what `start` does, where both have one name."""
    is_frame = step.varies and _snake(step.name) == _snake(frame.function)
    return f"Do{step.name}" if is_frame else step.name


def _abstract(match: PatternMatch) -> str:
    """What a Java reader would call the class: `execdriver.Driver` is AbstractExecDriver."""
    package, _, name = names.short(match.interface or match.names[0]).rpartition(".")
    kind = package.rpartition("/")[2]
    more = kind[: -len(name)] if kind.endswith(name.lower()) else ""
    return f"Abstract{more[:1].upper()}{more[1:]}{_role(match)[:1].upper()}{_role(match)[1:]}"


# One interface, several that fill it


def _strategy_java(match: PatternMatch) -> Iterator[str]:
    name = _role(match)
    yield f"interface {name} {{"
    yield from (f"    void {_camel(o)}();" for o in match.operations)
    yield "}"
    for type_ in match.implementations:
        yield f"class {_class(type_, qualified=True)} implements {name} {{ … }}"


def _strategy_python(match: PatternMatch) -> Iterator[str]:
    yield "from typing import Protocol"
    yield f"class {_role(match)}(Protocol):"
    yield from (f"    def {_snake(o)}(self): ..." for o in match.operations)
    if not match.operations:
        yield "    ..."
    for type_ in match.implementations:
        yield f"class {_class(type_, qualified=True)}: ...  # fits without saying so, as in Go"


def _factory_java(match: PatternMatch) -> Iterator[str]:
    name = _role(match)
    yield f"static {name} {_camel(_template(match).function)}(String name) {{"
    yield "    return switch (name) {"
    for type_ in match.implementations[:_SHOWN]:
        yield f'        case "…" -> new {_class(type_, qualified=True)}();'
    yield "        default -> …;  // an error, nothing, or one of them: see the Go"
    yield "    };"
    yield "}"


def _factory_python(match: PatternMatch) -> Iterator[str]:
    yield f"def {_snake(_template(match).function)}(name):"
    yield "    match name:"
    for type_ in match.implementations[:_SHOWN]:
        yield f'        case "…": return {_class(type_, qualified=True)}()'
    yield "        case _: ...  # an error, nothing, or one of them: see the Go"


def _registry_java(match: PatternMatch) -> Iterator[str]:
    kept = _role(match) if match.interface else "Runnable"
    yield f"static final Map<String, {kept}> table = new HashMap<>();"
    yield f"static void {_camel(_template(match).function)}(String name, {kept} value) {{"
    yield "    if (table.putIfAbsent(name, value) != null)"
    yield "        throw new IllegalStateException(name);"
    yield "}"


def _registry_python(match: PatternMatch) -> Iterator[str]:
    yield "table = {}"
    yield f"def {_snake(_template(match).function)}(name, value):"
    yield "    if name in table:"
    yield "        raise ValueError(name)"
    yield "    table[name] = value"


def _command_java(match: PatternMatch) -> Iterator[str]:
    yield "Map<String, Runnable> commands;"
    yield f"void {_camel(_template(match).function)}(String name) {{"
    yield "    commands.get(name).run();"
    yield "}"


def _command_python(match: PatternMatch) -> Iterator[str]:
    yield "commands = {}"
    yield f"def {_snake(_template(match).function)}(name):"
    yield "    return commands[name]()"


# One around another


def _adapter_java(match: PatternMatch) -> Iterator[str]:
    name = _role(match)
    for type_ in match.implementations[:_SHOWN]:
        yield f"class {_class(type_, qualified=True)} implements {name} {{"
        yield "    private final Other other;  // speaks another language"
        yield f"    public void {_camel(_operation(match))}() {{ other.inItsOwnWords(); }}"
        yield "}"


def _adapter_python(match: PatternMatch) -> Iterator[str]:
    for type_ in match.implementations[:_SHOWN]:
        yield f"class {_class(type_, qualified=True)}:"
        yield f"    def {_snake(_operation(match))}(self):"
        yield "        return self.other.in_its_own_words()"


def _decorator_java(match: PatternMatch) -> Iterator[str]:
    name = _role(match)
    if not match.implementations:
        yield f"static Runnable {_camel(_template(match).function)}(Runnable inner) {{"
        yield "    return () -> { /* something more */ inner.run(); };"
        yield "}"
    for type_ in match.implementations[:_SHOWN]:
        yield f"class {_class(type_, qualified=True)} implements {name} {{"
        yield f"    private final {name} inner;  // one of its own kind"
        yield f"    public void {_camel(_operation(match))}() {{"
        yield f"        /* something more */ inner.{_camel(_operation(match))}();"
        yield "    }"
        yield "}"


def _decorator_python(match: PatternMatch) -> Iterator[str]:
    if not match.implementations:
        yield f"def {_snake(_template(match).function)}(inner):"
        yield "    def around(*arguments):"
        yield "        ...  # something more"
        yield "        return inner(*arguments)"
        yield "    return around"
    for type_ in match.implementations[:_SHOWN]:
        yield f"class {_class(type_, qualified=True)}:"
        yield f"    def {_snake(_operation(match))}(self):"
        yield f"        ...  # something more; then: self.inner.{_snake(_operation(match))}()"


def _observer_java(match: PatternMatch) -> Iterator[str]:
    yield "List<Consumer<Event>> listeners = new ArrayList<>();"
    yield "void subscribe(Consumer<Event> listener) { listeners.add(listener); }"
    yield f"void {_camel(_template(match).function)}(Event event) {{"
    yield "    for (var listener : listeners) listener.accept(event);"
    yield "}"


def _observer_python(match: PatternMatch) -> Iterator[str]:
    yield "listeners = []"
    yield "def subscribe(listener):"
    yield "    listeners.append(listener)"
    yield f"def {_snake(_template(match).function)}(event):"
    yield "    for listener in listeners:"
    yield "        listener(event)"


def _facade_java(match: PatternMatch) -> Iterator[str]:
    template = _template(match)
    yield f"void {_camel(template.function)}() {{  // one call for them all"
    yield from (f"    {_camel(step)}();" for step in template.calls)
    yield "}"


def _facade_python(match: PatternMatch) -> Iterator[str]:
    template = _template(match)
    yield f"def {_snake(template.function)}():  # one call for them all"
    yield from (f"    {_snake(step)}()" for step in template.calls or ("...",))


_JAVA: dict[str, Form] = {
    "template-method": _template_java,
    "template-by-build-tag": _template_java,
    "strategy": _strategy_java,
    "factory": _factory_java,
    "registry": _registry_java,
    "command": _command_java,
    "adapter": _adapter_java,
    "decorator": _decorator_java,
    "observer": _observer_java,
    "facade": _facade_java,
}
_PYTHON: dict[str, Form] = {
    "template-method": _template_python,
    "template-by-build-tag": _template_python,
    "strategy": _strategy_python,
    "factory": _factory_python,
    "registry": _registry_python,
    "command": _command_python,
    "adapter": _adapter_python,
    "decorator": _decorator_python,
    "observer": _observer_python,
    "facade": _facade_python,
}


def _role(match: PatternMatch) -> str:
    """What the roles gather around: the interface, or the function."""
    return _class(match.interface or match.names[0])


def _template(match: PatternMatch) -> TemplateFunction:
    """The template function that shows the most steps."""
    functions = match.template_functions or (TemplateFunction(match.interface, ()),)
    return max(functions, key=lambda t: (len(set(t.calls)), t.function))


def _operation(match: PatternMatch) -> str:
    return match.operations[0] if match.operations else _template(match).function


def _class(type_: str, *, qualified: bool = False) -> str:
    package, _, name = names.short(type_).removesuffix(".go").rpartition(".")
    words = re.split(r"\W+|_", package) if qualified else []
    return "".join(w[:1].upper() + w[1:] for w in [*words, *re.split(r"\W+|_", name)])


def _camel(name: str) -> str:
    """A name in Java: `doWait` of `Wait`, which every Java object has already."""
    first, *rest = _words(name)
    if not rest and first.lower() in _JAVA_WORDS:
        first, rest = "do", [first]
    return first.lower() + "".join(word[:1].upper() + word[1:] for word in rest)


def _snake(name: str) -> str:
    """A name in Python: `do_import` of `Import`, which is a word of the language."""
    found = "_".join(word.lower() for word in _words(name))
    return f"do_{found}" if keyword.iskeyword(found) else found


def _words(name: str) -> list[str]:
    last = name.rpartition(".")[2].partition("$")[0]
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", last) or [last]
