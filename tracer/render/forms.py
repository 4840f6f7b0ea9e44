"""A pattern as a Java or a Python reader would write it: skeletons with the names of the tree.

A template method has the operations and the sequence of one template function; conditions and loops
between the steps are left out.
"""

import re
from collections.abc import Callable, Iterator

from tracer.golang import names
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction

Form = Callable[[PatternMatch], Iterator[str]]
_SHOWN = 4  # implementations of one interface


def java(match: PatternMatch) -> Iterator[str]:
    """A pattern in Java."""
    yield from _JAVA[match.pattern](match)


def python(match: PatternMatch) -> Iterator[str]:
    """A pattern in Python."""
    yield from _PYTHON[match.pattern](match)


# Template methods: a fixed order of steps


def _template_java(match: PatternMatch) -> Iterator[str]:
    name, template = _role(match), _template(match)
    yield f"abstract class {name} {{"
    yield f"    final void {_camel(template.function)}Template() {{"
    yield from (f"        {_camel(step)}();" for step in template.calls)
    yield "    }"
    yield from (f"    abstract void {_camel(o)}();" for o in _steps(match, template))
    yield "}"
    for type_ in match.implementations:
        yield f"class {_class(type_, qualified=True)} extends {name} {{ … }}"


def _template_python(match: PatternMatch) -> Iterator[str]:
    name, template = _role(match), _template(match)
    yield "from abc import ABC, abstractmethod"
    yield f"class {name}(ABC):"
    yield f"    def {_snake(template.function)}_template(self):"
    yield from (f"        self.{_snake(step)}()" for step in template.calls)
    for operation in _steps(match, template):
        yield "    @abstractmethod"
        yield f"    def {_snake(operation)}(self): ..."
    for type_ in match.implementations:
        yield f"class {_class(type_, qualified=True)}({name}): ..."


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
    for type_ in match.implementations:
        yield f"class {_class(type_, qualified=True)}: ...  # fits without saying so, as in Go"


def _factory_java(match: PatternMatch) -> Iterator[str]:
    name = _role(match)
    yield f"static {name} {_camel(_template(match).function)}(String name) {{"
    yield "    return switch (name) {"
    for type_ in match.implementations[:_SHOWN]:
        yield f'        case "…" -> new {_class(type_, qualified=True)}();'
    yield "        default -> throw new IllegalArgumentException(name);"
    yield "    };"
    yield "}"


def _factory_python(match: PatternMatch) -> Iterator[str]:
    yield f"def {_snake(_template(match).function)}(name):"
    yield "    match name:"
    for type_ in match.implementations[:_SHOWN]:
        yield f'        case "…": return {_class(type_, qualified=True)}()'
    yield "        case _: raise ValueError(name)"


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
    for type_ in match.implementations[:_SHOWN]:
        yield f"class {_class(type_, qualified=True)} implements {name} {{"
        yield f"    private final {name} inner;  // one of its own kind"
        yield f"    public void {_camel(_operation(match))}() {{"
        yield f"        /* something more */ inner.{_camel(_operation(match))}();"
        yield "    }"
        yield "}"


def _decorator_python(match: PatternMatch) -> Iterator[str]:
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


def _steps(match: PatternMatch, template: TemplateFunction) -> list[str]:
    return list(dict.fromkeys([*template.calls, *match.operations]))


def _class(type_: str, *, qualified: bool = False) -> str:
    package, _, name = names.short(type_).removesuffix(".go").rpartition(".")
    words = re.split(r"\W+|_", package) if qualified else []
    return "".join(w[:1].upper() + w[1:] for w in [*words, *re.split(r"\W+|_", name)])


def _camel(name: str) -> str:
    first, *rest = _words(name)
    return first.lower() + "".join(word[:1].upper() + word[1:] for word in rest)


def _snake(name: str) -> str:
    return "_".join(word.lower() for word in _words(name))


def _words(name: str) -> list[str]:
    last = name.rpartition(".")[2].partition("$")[0]
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", last) or [last]
