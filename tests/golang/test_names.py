import pytest

from tracer.golang import names

START = "(*github.com/docker/docker/daemon.Container).Start"
NEW = "github.com/docker/docker/daemon.NewDaemon"


@pytest.mark.parametrize(
    "query",
    [START, "(*daemon.Container).Start", "(*Container).Start", "Container.Start", "Start",
     "docker/daemon.Container.Start"],
)  # fmt: skip
def test_any_suffix_names_a_method(query: str) -> None:
    assert names.find(query, [START, NEW]) == (START,)


@pytest.mark.parametrize("query", ["tart", "(Container).Start", "aemon.Container.Start"])
def test_a_part_of_a_word_or_another_receiver_names_nothing(query: str) -> None:
    assert names.find(query, [START, NEW]) == ()


def test_the_exact_name_wins_over_longer_ones() -> None:
    assert names.find("p.F", ["p.F", "x/p.F"]) == ("p.F",)


def test_the_short_form_keeps_the_last_element_of_the_path() -> None:
    assert names.short(START) == "(*daemon.Container).Start"
    assert names.short("net/http.ListenAndServe") == "http.ListenAndServe"


def test_the_package_of_a_name_is_its_import_path() -> None:
    assert names.package_path(START) == "github.com/docker/docker/daemon"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("gopkg.in/yaml.v2.Marshal", "gopkg.in/yaml.v2"),
        ("(*gopkg.in/yaml.v2.Decoder).Decode", "gopkg.in/yaml.v2"),
        ("(gopkg.in/yaml.v2.Node).Kind$1", "gopkg.in/yaml.v2"),
        ("example.com/m.v2/sub.init#1", "example.com/m.v2/sub"),
        ("(*p.Box[q/r.T]).Get", "p"),
        ("p.F", "p"),
        ("external:tar", "external:tar"),
    ],
)
def test_a_package_may_have_a_dot_in_its_name(name: str, path: str) -> None:
    assert names.package_path(name) == path
