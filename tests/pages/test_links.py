from pathlib import Path

import pytest
from pages import links


@pytest.fixture(scope="module")
def files(site: Path) -> dict[str, str]:
    return links.files(site)


def test_no_link_and_no_anchor_is_dead(files: dict[str, str]) -> None:
    dead = [(page, link) for page, link in links.dead(files) if not links.unwritten(link)]

    assert dead == []


def test_no_id_stands_twice_on_a_page(files: dict[str, str]) -> None:
    assert list(links.repeated(files)) == []


def test_pages_differ_by_more_than_upper_and_lower_case(files: dict[str, str]) -> None:
    assert len({path.casefold() for path in files}) == len(files)


def test_a_dead_link_and_a_dead_anchor_are_found() -> None:
    site = {"a/b.html": '<a href="../c.html#x">', "c.html": '<p id="y"><a href="d.html">'}

    assert list(links.dead(site)) == [("a/b.html", "../c.html#x"), ("c.html", "d.html")]
