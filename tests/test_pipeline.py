from tracer import pipeline
from tracer.golang import source


def tags(*lines: str) -> set[str]:
    texts = {f"f{n}.go": f"// +build {line}\n\npackage p\n" for n, line in enumerate(lines)}
    return set(pipeline.default_tags(source.from_texts(texts)))


def test_an_early_docker_is_built_with_the_tag_daemon() -> None:
    assert tags("daemon", "!daemon", "linux") == {"daemon"}


def test_a_later_docker_is_built_with_all_tags_of_its_time() -> None:
    assert tags("linux,seccomp") == {"seccomp", "apparmor", "selinux", "journald"}


def test_a_docker_between_is_built_with_both() -> None:
    assert {"daemon", "seccomp", "journald"} <= tags("daemon", "journald,cgo")


def test_any_other_tree_is_built_with_none() -> None:
    assert tags("linux", "ignore") == set()
