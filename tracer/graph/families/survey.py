"""A program becomes `Facts`: its owned packages are read once, body by body."""

from collections.abc import Callable, Iterator

from tracer.golang import syntax as go
from tracer.golang.packages import FileUnit, Function, Package, TypeName, Variable
from tracer.golang.types import calls, expressions, methodsets, model, resolve, typexprs
from tracer.golang.types.calls import CallSite
from tracer.golang.types.model import (
    Basic,
    Map,
    Named,
    Signature,
    Type,
    TypeParam,
    behind,
)
from tracer.golang.types.operands import (
    Conversion,
    ElementOf,
    FieldValue,
    LiteralValue,
    LocalValue,
    Origin,
    ParameterOf,
    ResultOf,
    VariableValue,
)
from tracer.golang.types.resolve import Resolution
from tracer.golang.types.resolved import Resolved
from tracer.golang.types.typexprs import Types, underlying
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place
from tracer.graph.families import facts, ownership, sequence, variants
from tracer.graph.families.facts import Facts

_RECORD = 3  # fields of a small struct that a table may hold
_ERROR = Basic("error")


def survey(graph: CallGraph) -> Facts:
    """Gather the facts of a tree: all of the program, and what other systems add to it."""
    found = Facts()
    program = graph.program
    _Reader(found, graph.resolution, lambda _: True).read()
    for other in variants.others(program):
        _Reader(found, resolve.resolve(other), program.left_out.__contains__).read()
    return found


class _Reader:
    """Reads one program; files that were read under another configuration are not wanted."""

    def __init__(self, found: Facts, resolution: Resolution, wanted: Callable[[str], bool]) -> None:
        self.found = found
        self.resolution = resolution
        self.types: Types = resolution.types
        self.wanted = wanted
        self.generated: dict[str, bool] = {}

    def read(self) -> None:
        for package in ownership.owned_packages(self.resolution.program):
            for declared in package.types():
                if self.wanted(declared.file.path) and not declared.spec.is_alias:
                    self._type(declared)
            for declaration in package.scope.values():
                if isinstance(declaration, Variable) and self._counts(declaration.file):
                    self._variable(declaration)
        for package in ownership.owned_packages(self.resolution.program):
            self._bodies(package)

    # Declarations

    def _type(self, declared: TypeName) -> None:
        named = Named(declared)
        place = Place(declared.file.path, declared.pos.line)
        build = self._build(declared.file)
        self.found.types.setdefault(declared.id, (place, build))
        if ownership.is_double(declared.name, declared.file.path):
            self.found.doubles.add(declared.id)
        if methodsets.is_interface(self.types, named):
            if not self._is_generated(declared.file):
                self._interface(declared, named, place)
            return
        form = underlying(self.types, named)
        if isinstance(form, model.Struct):
            embeds = {
                f.type_.declared.id
                for f in form.fields
                if f.embedded and isinstance(f.type_, Named) and self._is_interface(f.type_)
            }
            fields = {f.name: model.text(f.type_) for f in form.fields}
            struct = facts.Struct(declared.id, place, build, frozenset(embeds), fields)
            self.found.structs.setdefault(declared.id, struct)
            for part in form.fields:
                self._table(f"{declared.id}.{part.name}", part.type_, place)

    def _interface(self, declared: TypeName, named: Named, place: Place) -> None:
        methods = methodsets.interface_methods(self.types, named)
        if not methods or declared.spec.type_params:
            return
        # `type T io.Reader` declares nothing of its own.
        spelled = isinstance(declared.spec.type_, go.InterfaceType)
        operations = {
            name: self._operation(name, holder, signature)
            for name, (holder, signature) in methods.items()
            if spelled and self._owned(holder, named)
        }
        found = facts.Interface(
            declared.id,
            place,
            declared.file.package.path,
            operations,
            frozenset(methods),
            tuple(sorted(self._bases(named) - {declared.id})),
        )
        self.found.interfaces.setdefault(declared.id, found)

    def _owned(self, holder: Type, interface: Named) -> bool:
        if holder == interface or not isinstance(holder, Named):
            return not isinstance(holder, Basic)
        return ownership.is_owned(holder.declared.file.package)

    def _bases(self, named: Named) -> set[str]:
        found: set[str] = set()
        pending: list[Type] = [named]
        while pending:
            current = pending.pop()
            form = underlying(self.types, current)
            if isinstance(current, Named) and current.declared.id not in found:
                if self._owned(current, named):
                    found.add(current.declared.id)
                pending.extend(form.embeds if isinstance(form, model.Interface) else ())
        return found

    def _operation(self, name: str, holder: Type, signature: Signature) -> facts.Operation:
        results, params = signature.results, signature.params
        weak = not results or _ERROR in results
        effect = not results or results == (_ERROR,) or (_ERROR in results and bool(params))
        owner = holder.declared.id if isinstance(holder, Named) else ""
        hook = any(self._is_hook(p) for p in params)
        return facts.Operation(name, owner, effect, weak, hook, len(params))

    def _is_hook(self, type_: Type) -> bool:
        return (
            isinstance(type_, Named)
            and isinstance(underlying(self.types, type_), Signature)
            and ownership.is_owned(type_.declared.file.package)
        )

    def _variable(self, declared: Variable) -> None:
        if not declared.spec.is_const:
            type_ = expressions.variable(self.types, declared).type_
            self._table(declared.id, type_, Place(declared.file.path, declared.pos.line))

    def _table(self, id_: str, type_: Type, place: Place) -> None:
        form = underlying(self.types, type_)
        if not isinstance(form, Map) or not self._is_name(form.key):
            return
        for kind, interface in self._held(form.elem, record=True):
            self.found.tables.setdefault(id_, facts.Table(id_, interface, kind, place))

    def _held(self, elem: Type, *, record: bool) -> Iterator[tuple[str, str]]:
        """What an element of a table holds: an interface, a function, or a struct of those."""
        if isinstance(elem, Named) and self._is_interface(elem):
            yield "value", elem.declared.id
            return
        form = underlying(self.types, behind(elem))
        if isinstance(form, Signature):
            made = [r for r in form.results if isinstance(r, Named) and self._is_interface(r)]
            for result in made:
                yield "constructor", result.declared.id
            if not made:
                yield ("constructor" if self._makes(form) else "function"), ""
        elif record and isinstance(form, model.Struct) and len(form.fields) <= _RECORD:
            for part in form.fields:
                for kind, interface in self._held(part.type_, record=False):
                    if kind != "function":
                        yield "record", interface

    def _makes(self, form: Signature) -> bool:
        """Say whether a function is there for the one value it gives, an error aside."""
        given = [r for r in form.results if r != _ERROR]
        kept = model.Pointer | model.Struct | Signature
        return len(given) == 1 and isinstance(underlying(self.types, given[0]), kept)

    def _is_name(self, key: Type) -> bool:
        form = underlying(self.types, key)
        return isinstance(form, Basic) and form.name == "string"

    def _is_interface(self, type_: Type) -> bool:
        return isinstance(type_, Named) and methodsets.is_interface(self.types, type_)

    # Bodies

    def _bodies(self, package: Package) -> None:
        if any(self._counts(file) for file, _ in package.values):
            owner = f"{package.path}.init"
            self._moves(owner, self.resolution.body(owner))
        for function in package.functions():
            if self._counts(function.file) and not ownership.takes_a_test(self.types, function):
                self._body(package, function)

    def _body(self, package: Package, function: Function) -> None:
        if function.decl.body is None:
            return
        signature = typexprs.function_signature(self.types, function)
        body = facts.Body(
            function.id,
            Place(function.file.path, function.decl.start.line),
            f"{package.path}.{function.receiver}" if function.receiver else "",
            self._build(function.file),
            tuple(model.text(r) for r in signature.results),
            function.decl.body,
        )
        self.found.bodies[function.id].append(body)
        resolved = self.resolution.body(function.id)
        self._moves(function.id, resolved)
        self._uses(function, resolved)

    def _moves(self, owner: str, resolved: Resolved) -> None:
        for conversion in resolved.conversions:
            self._conversion(owner, conversion)
        for flow in resolved.flows:
            if isinstance(flow.target, ResultOf) and isinstance(flow.source, ResultOf):
                self.found.returns[flow.target.callee].add(flow.source.callee)
            if isinstance(flow.target, ElementOf) and flow.key is None:
                table = table_id(flow.target.container)
                if table in self.found.tables:
                    place = Place(flow.file, flow.pos.line)
                    given = self._is_given(flow.source, resolved)
                    self.found.writes[table].add(facts.Write(table, owner, place, given))

    def _is_given(self, source: Origin, resolved: Resolved) -> bool:
        """Say whether a value, or a part of a literal, is a parameter."""
        if isinstance(source, LiteralValue):
            inside = [f.source for f in resolved.flows if f.pos >= source.pos]
            return any(isinstance(s, ParameterOf) for s in inside)
        return isinstance(source, ParameterOf) and source.nth >= 0

    def _conversion(self, owner: str, conversion: Conversion) -> None:
        target, source = conversion.interface, behind(conversion.type_)
        if not isinstance(target, Named) or not isinstance(source, Named):
            return
        if target.declared.id == source.declared.id or not self.wanted(conversion.file):
            return
        package = source.declared.file.package
        if ownership.is_for_tests(package.path) or package.origin == "std":
            return
        if not conversion.asserted and not methodsets.implements(
            self.types, conversion.type_, target
        ):
            return
        found = facts.Conversion(
            target.declared.id,
            source.declared.id,
            owner,
            Place(conversion.file, conversion.pos.line),
            conversion.asserted,
            self._gives(conversion.caller, target),
        )
        place = Place(source.declared.file.path, source.declared.pos.line)
        self.found.types.setdefault(source.declared.id, (place, self._build(source.declared.file)))
        kept = self.found.assertions if conversion.asserted else self.found.conversions
        kept[source.declared.id if conversion.asserted else target.declared.id].add(found)

    def _gives(self, caller: str, interface: Named) -> bool:
        function = self.resolution.functions.get(caller.split("$", maxsplit=1)[0])
        if function is None:
            return False
        results = typexprs.function_signature(self.types, function).results
        return interface in results

    def _uses(self, function: Function, resolved: Resolved) -> None:
        if function.decl.body is None or not resolved.kinds & calls.INTERFACE:
            return
        sites = [(s, self._receiver(s)) for s in resolved.dynamic if s.kind in calls.INTERFACE]
        if not any(interface for _, interface in sites):
            return
        turns = sequence.turns(function.decl.body.block)
        for site, interface in sites:
            if interface and site.pos in turns and site.selection is not None:
                origin = site.receiver.origin if site.receiver else None
                use = facts.Use(
                    interface,
                    site.selection.name,
                    function.id,
                    site.caller,
                    Place(site.file, site.pos.line),
                    turns[site.pos],
                    origin,
                    *_looped(origin, resolved),
                )
                self.found.uses[interface].append(use)

    def _receiver(self, site: CallSite) -> str:
        """The interface of Docker's, or the wrapper, that a call goes to; empty for others."""
        if site.receiver is None:
            return ""
        type_ = site.receiver.type_
        type_ = type_.constraint if isinstance(type_, TypeParam) else behind(type_)
        if isinstance(type_, Named) and ownership.is_owned(type_.declared.file.package):
            return type_.declared.id
        return ""

    def _counts(self, file: FileUnit) -> bool:
        """Say whether a file's bodies and variables are read: what programs wrote is not."""
        return self.wanted(file.path) and not self._is_generated(file)

    def _is_generated(self, file: FileUnit) -> bool:
        if file.path not in self.generated:
            source = self.resolution.program.tree.files.get(file.path)
            found = source is not None and ownership.is_generated(source.content)
            self.generated[file.path] = found
        return self.generated[file.path]

    def _build(self, file: FileUnit) -> str:
        source = self.resolution.program.tree.files.get(file.path)
        return facts.describe(file.path, source.content) if source else ""


def _looped(origin: Origin | None, resolved: Resolved) -> tuple[bool, str]:
    """Whether a local variable takes on the elements of something, and of which variable."""
    if isinstance(origin, LocalValue):
        for flow in resolved.flows:
            if flow.target == origin and isinstance(flow.source, ElementOf):
                return True, table_id(flow.source.container)
    return False, ""


def table_id(origin: Origin) -> str:
    """The name of the variable or field that a value comes from; empty for others."""
    match origin:
        case VariableValue(variable):
            return variable.id
        case FieldValue(owner, name):
            return f"{owner}.{name}"
        case _:
            return ""
