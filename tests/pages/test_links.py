from pathlib import Path

import pytest
from pages import links

# Pages in words, which another part of the site has.
UNWRITTEN = {"concepts/index.html", "glossary.html", "measured.html", "class.html"}


@pytest.fixture(scope="module")
def files(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def test_no_link_and_no_anchor_is_dead(files: dict[str, str]) -> None:
    dead = [(page, link) for page, link in links.dead(files) if link.strip("./") not in UNWRITTEN]

    assert dead == []


def test_no_id_stands_twice_on_a_page(files: dict[str, str]) -> None:
    assert list(links.repeated(files)) == []


def test_pages_differ_by_more_than_upper_and_lower_case(files: dict[str, str]) -> None:
    assert len({path.casefold() for path in files}) == len(files)


def test_a_dead_link_and_a_dead_anchor_are_found() -> None:
    site = {"a/b.html": '<a href="../c.html#x">', "c.html": '<p id="y"><a href="d.html">'}

    assert list(links.dead(site)) == [("a/b.html", "../c.html#x"), ("c.html", "d.html")]
