import pytest

from tracer.golang import constraints
from tracer.golang.constraints import Configuration

LINUX = Configuration()


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("linux", True),
        ("!linux", False),
        ("linux && cgo", True),
        ("windows || (linux && !arm)", True),
        ("go1.21", True),
        ("unix", True),
        ("daemon", False),
        ("linux &&", False),
        ("(linux", True),
    ],
)
def test_an_expression_is_evaluated_for_linux_amd64(expression: str, *, holds: bool) -> None:
    assert constraints.evaluate(expression, LINUX) is holds


def test_plus_build_lines_are_joined_by_and_their_words_by_or_commas_by_and() -> None:
    content = b"// +build linux,cgo freebsd\n// +build !arm\n\npackage p\n"

    assert constraints.expressions(content) == ("(linux && cgo) || (freebsd)", "(!arm)")


def test_go_build_wins_over_plus_build() -> None:
    content = b"//go:build windows\n// +build linux\n\npackage p\n"

    assert not LINUX.builds("a.go", content)


def test_a_line_below_the_package_clause_is_no_constraint() -> None:
    assert LINUX.builds("a.go", b"package p\n\n// +build windows\n")


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("mount_linux.go", ("linux",)),
        ("zsyscall_windows_amd64.go", ("windows", "amd64")),
        ("linux.go", ()),
        ("driver_unsupported.go", ()),
    ],
)
def test_a_file_name_implies_its_system(name: str, tags: tuple[str, ...]) -> None:
    assert constraints.name_tags(name) == tags


def test_tags_are_set_by_the_configuration() -> None:
    assert Configuration(tags=frozenset({"daemon"})).is_set("daemon")


def test_a_line_in_a_comment_of_several_lines_is_no_constraint() -> None:
    assert LINUX.builds("a.go", b"/* // +build windows\n// +build windows\n*/\npackage p\n")
    assert not LINUX.builds("a.go", b"/* A */\n// +build windows\n\npackage p\n")


def test_a_file_of_comments_alone_has_the_constraints_they_give() -> None:
    assert constraints.expressions(b"// +build linux\n") == ("(linux)",)
