import pytest

from tracer.graph import rulebook

DOCKER = "github.com/docker/docker/"


@pytest.mark.parametrize(
    ("function", "lens"),
    [
        ("(*sync.Mutex).Lock", "plumbing"),
        ("(error).Error", "plumbing"),
        ("fmt.Errorf", "plumbing"),
        (f"(*{DOCKER}engine.Job).Getenv", "plumbing"),
        (f"(*{DOCKER}engine.Job).Setenv", "wiring"),
        (f"{DOCKER}daemon/graphdriver.Register", "wiring"),
        (f"{DOCKER}graph.NewTagStore", "wiring"),
        (f"{DOCKER}api/server.postContainersCreate", "domain"),
        (f"(*{DOCKER}daemon.Container).Start", "domain"),
        ("(*os/exec.Cmd).Start", "domain"),
        ("syscall.Mount", "domain"),
    ],
)
def test_a_call_has_the_lens_of_its_callee(function: str, lens: str) -> None:
    assert rulebook.lens(rulebook.choose(()), function) == lens


def test_a_store_is_a_dao_whatever_its_layer() -> None:
    rules = rulebook.choose(())

    assert rulebook.role(rules, f"(*{DOCKER}graph.TagStore).Set") == "dao"
    assert rulebook.role(rules, f"(*{DOCKER}graph.TagStore).CmdPull") == "controller"
    assert rulebook.role(rules, f"(*{DOCKER}daemon.Container).ToDisk") == "dao"


def test_every_layer_has_a_role() -> None:
    rules = rulebook.choose(())

    assert [name for name in rulebook.LAYERS if not rulebook.layer_role(rules, name)] == []
