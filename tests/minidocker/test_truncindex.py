import pytest

from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.pkg.truncindex import TruncIndex


def test_an_id_is_found_by_a_beginning_that_no_other_has() -> None:
    index = TruncIndex(["abc1", "abd2"])

    assert index.get("abc") == "abc1"
    with pytest.raises(NotFoundError, match="No such id: ab"):
        index.get("ab")
    with pytest.raises(DockerError, match="can't be empty"):
        index.get("")


def test_an_id_is_added_once_and_deleted_once() -> None:
    index = TruncIndex()
    index.add("abc1")

    for wrong in ("abc1", "", "a b"):
        with pytest.raises(DockerError):
            index.add(wrong)
    index.delete("abc1")
    for gone in (index.get, index.delete):
        with pytest.raises(NotFoundError):
            gone("abc1")
