"""Go that would like to bring a reader down, by name.  `N` is how often each thing is repeated."""

HEAD = "package p\n\nfunc g() {}\n\n"


def body(text: str, before: str = "") -> str:
    return f"{HEAD}{before}\nfunc f() {{\n{text}\n}}\n"


def nested(n: int) -> dict[str, str]:
    """One thing in another, n times."""
    return {
        "parentheses": body("x := " + "(" * n + "1" + ")" * n),
        "open parentheses": body("x = " + "(" * n),
        "blocks": body("{" * n + "}" * n),
        "open blocks": body("{" * n),
        "indices": body("x := " + "a[" * n + "1" + "]" * n),
        "open indices": body("x = " + "a[" * n),
        "indices in a row": body("x := a" + "[0]" * n),
        "unary": body("x := " + "!" * n + "a"),
        "addresses": body("x := " + "& " * n + "a"),
        "pointers": body("x := " + "*" * n + "a"),
        "calls in a row": body("a" + ".b()" * n),
        "calls of calls": body("g" + "()" * n),
        "calls in calls": body("g(" * n + ")" * n),
        "fields": body("x := a" + ".b" * n),
        "sums to the right": body("x := 1" + "-(1" * n + ")" * n),
        "functions": body("x := " + "func(){ " * n + "}" * n),
        "else if": body("if a {}" + " else if a {}" * n),
        "ifs": body("if a {" * n + "}" * n),
        "loops": body("for {" * n + "}" * n),
        "switches": body("switch { case true: " * n + "}" * n),
        "selects": body("select { case <-c: " * n + "}" * n),
        "labels": body("l: " * n + "g()"),
        "literals": body("x := T{" + "{" * n + "}" * n + "}"),
        "conversions": body("x := " + "int(" * n + "1" + ")" * n),
        "type arguments": body("f[" * n + "int" + "]" * n + "()"),
        "slice types": HEAD + "type T " + "[]" * n + "int\n",
        "pointer types": HEAD + "type T " + "*" * n + "int\n",
        "struct types": HEAD + "type T " + "struct{a " * n + "int" + "}" * n + "\n",
        "map types": HEAD + "type T " + "map[int]" * n + "int\n",
        "function types": HEAD + "type T " + "func() " * n + "int\n",
        "interface types": HEAD + "type T " + "interface{ m(x " * n + "int" + ") }" * n + "\n",
        "parameter": HEAD + "func f(x " + "[]" * n + "int) { f(x) }\n",
        "receiver": HEAD + "type T int\nfunc (t " + "*" * n + "T) f() {}\n",
        "variable": HEAD + "var x = " + "(" * n + "1" + ")" * n + "\n",
        "build line": "//go:build " + "!" * n + "a\n\n" + HEAD,
        "build brackets": "//go:build " + "(" * n + "a" + ")" * n + "\n\n" + HEAD,
    }


def chained(n: int) -> dict[str, str]:
    """One declaration or statement that needs the next one, n times."""

    def each(form: str, last: str = "") -> str:
        return HEAD + "".join(form.format(i, i + 1) for i in range(n)) + last.format(n)

    return {
        "types": each("type T{0} T{1}\n", "type T{0} int\nvar x T0\nfunc f() {{ x.m() }}\n"),
        "aliases": each("type T{0} = *T{1}\n", "type T{0} int\nvar x T0\nfunc f() {{ x.m() }}\n"),
        "variables": each("var x{0} = x{1}\n", "var x{0} = g\nfunc f() {{ x0() }}\n"),
        "constants": each("const x{0} = x{1}\n", "const x{0} = 1\nfunc f() {{ g(x0) }}\n"),
        "types in a ring": each("type T{0} T{1}\n", "type T{0} T0\nvar x T0\nfunc f() {{ x() }}"),
        "variables in a ring": each("var x{0} = x{1}\n", "var x{0} = x0\nfunc f() {{ x0() }}\n"),
        "embedded": each("type T{0} struct {{ T{1} }}\n", "type T{0} struct {{ *T0 }}\n")
        + "func f() { var x T0; x.m() }\n",
        "interfaces": each("type T{0} interface {{ T{1} }}\n", "type T{0} interface {{ T0 }}\n")
        + "func f(x T0) { x.m() }\n",
        "addresses": body("".join(f"a{i + 1} := &a{i}\n" for i in range(n)) + f"g(a{n})"),
        "elements": body("".join(f"a{i + 1} := a{i}[0]\n" for i in range(n)) + f"a{n}()"),
        "type parameters": HEAD
        + "func f["
        + ", ".join(f"T{i} T{i + 1}" for i in range(n))
        + f", T{n} int](x T0) {{ x.m() }}\n",
        "a sum": body('x := "a"' + ' + "b"' * n),
    }


GROWING = {
    "aliases twofold": HEAD
    + "type A0 = struct{ x int }\n"
    + "".join(f"type A{i + 1} = struct {{ x, y A{i} }}\n" for i in range(60))
    + "var v A60\nfunc f() { h(v) }\nfunc h(x A60) {}\n",
    "instances twofold": HEAD
    + "type Pair[A, B any] struct{ a A; b B }\nfunc mk[T any](x T) Pair[T, T] { panic(1) }\n"
    + "func f() {\na0 := 1\n"
    + "".join(f"a{i + 1} := mk(a{i})\n" for i in range(60))
    + "}\n",
    "a type of itself, larger": HEAD + "type G[P any] G[[]P]\nvar x G[int]\nfunc f() { x.m() }\n",
    "embedding itself, larger": HEAD
    + "type G[P any] struct { *G[[]P]; *H[P] }\ntype H[P any] struct { *G[*P]; *H[map[int]P] }\n"
    + "var x G[int]\nfunc f() { x.m() }\n",
    "fields larger and larger": HEAD
    + "type G[P any] struct { next *G[[]P] }\nfunc (g *G[P]) Next() *G[[]P] { return nil }\n"
    + "func f(a0 *G[int]) {\n"
    + "".join(f"a{i + 1} := a{i}.next\nb{i + 1} := a{i}.Next()\n" for i in range(300))
    + "}\n",
    "constraints in a ring": HEAD
    + "func a[A B, B A](x A) { x.m() }\n"
    + "func b[A interface{ B }, B interface{ A }](x A) { x.m() }\n",
}
