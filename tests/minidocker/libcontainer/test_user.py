"""Who a user is, by the files of the disk that the process sees."""

import pytest
from minidocker.kernel.simulate import run

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.libcontainer.user import User, get_user_group_supplementary_home

PASSWD = "root:x:0:0:root:/root:/bin/sh\nweb:x:7:8:web:/srv:/bin/sh\n"
GROUP = "root:x:0:\nweb:x:8:\nlog:x:9:web,root\nmail:x:10:web\n"


def find(words: str, *, files: bool = True) -> User:
    found: list[User | DockerError] = []

    async def program() -> None:
        ioutil.make_directories("/etc")
        if files:
            ioutil.write_file("/etc/passwd", PASSWD)
            ioutil.write_file("/etc/group", GROUP)
        try:
            found.append(await get_user_group_supplementary_home(words, 0, 0))
        except DockerError as error:
            found.append(error)

    run(program)
    result = found[0]
    if isinstance(result, DockerError):
        raise result
    return result


def test_nothing_is_the_user_that_one_is() -> None:
    assert find("") == User(0, 0, (9,), "/root")


def test_a_name_brings_all_its_groups() -> None:
    assert find("web") == User(7, 8, (9, 10), "/srv")


def test_a_number_with_a_line_is_like_its_name() -> None:
    assert find("7") == find("web")


def test_a_number_needs_no_line() -> None:
    assert find("12") == User(12, 0, (), "/")


def test_a_group_is_the_only_one_then() -> None:
    assert find("web:log") == User(7, 9, (), "/srv")
    assert find("web:77") == User(7, 77, (), "/srv")


def test_without_files_there_are_only_numbers() -> None:
    assert find("", files=False) == User(0, 0, (), "/")
    assert find("5:6", files=False) == User(5, 6, (), "/")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("nobody", "Unable to find user nobody"),
        ("web:nobody", "Unable to find group nobody"),
        ("99999999999", "must be in range"),
    ],
)
def test_who_cannot_be_found_is_named(words: str, problem: str) -> None:
    with pytest.raises(DockerError, match=problem):
        find(words)
