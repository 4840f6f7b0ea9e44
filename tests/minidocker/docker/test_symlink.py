"""Links inside a container's tree lead to places in that tree."""

import pytest
from minidocker.kernel.simulate import run

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg.symlink import follow_symlink_in_scope
from tracer.minidocker.golib import ioutil

LINKS = {
    "absolute": "/etc",
    "relative": "etc",
    "up": "../../../etc",
    "dir/out": "../../x",
    "chain": "absolute/hosts",
    "round": "round",
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/box/etc/hosts", "/box/etc/hosts"),
        ("/box/nothing/there", "/box/nothing/there"),
        ("/box/absolute/hosts", "/box/etc/hosts"),
        ("/box/relative/hosts", "/box/etc/hosts"),
        ("/box/up/hosts", "/box/etc/hosts"),
        ("/box/dir/out", "/box/x"),
        ("/box/chain", "/box/absolute/hosts"),  # as in 1.2.0: only the last name is looked at again
        ("/box", "/box"),
    ],
)
def test_a_path_stays_within_its_root(path: str, found: str) -> None:
    async def program() -> None:
        ioutil.make_directories("/box/dir")
        for name, target in LINKS.items():
            syscall.symlink(target, f"/box/{name}")
        assert follow_symlink_in_scope(path, "/box") == found

    run(program)


@pytest.mark.parametrize(
    ("path", "problem"), [("/other/etc", "not within"), ("/box/round", "too many links")]
)
def test_a_path_that_leads_nowhere_is_refused(path: str, problem: str) -> None:
    async def program() -> None:
        ioutil.make_directories("/box")
        syscall.symlink("round", "/box/round")

        with pytest.raises(DockerError, match=problem):
            follow_symlink_in_scope(path, "/box")

    run(program)
