"""The site as files: their weight, and what stands alone."""

import gzip
import re
from pathlib import Path

from tracer import pipeline
from tracer.pipeline import Traced

FIRST = ("style.css", "walk.css", "theme.js", "site.js", "progress.js", "walk.js", "live.js")


def test_the_first_view_of_a_part_weighs_at_most_150_kb(site: Path) -> None:
    parts = list(site.glob("paths/*/part-*.html"))
    around = sum(len(gzip.compress((site / "assets" / name).read_bytes())) for name in FIRST)
    heavy = [part for part in parts if around + len(gzip.compress(part.read_bytes())) > 150_000]

    assert len(parts) > 50
    assert heavy == []


def test_the_whole_path_in_one_file_needs_nothing_and_leads_nowhere(site: Path) -> None:
    for file in site.glob("paths/*/one-file.html"):
        text = file.read_text()
        links = set(re.findall(r'href="([^"]*)"', text))
        anchors = {f"#{each}" for each in re.findall(r'id="([^"]+)"', text)}

        assert len(text.encode()) <= 3_000_000
        assert re.findall(r"<script|<link|<img|<[^>]* src=", text) == []
        assert re.findall(r"@import|url\(", text.partition("</style>")[0]) == []
        assert links - anchors == set()


def test_every_step_of_a_walkthrough_is_on_one_of_its_pages_and_linked(site: Path) -> None:
    for overview in site.glob("paths/*/index.html"):
        linked = re.findall(r'href="(part-\d+\.html)#(s\d+)"', overview.read_text())
        assert linked
        assert [
            (part, step)
            for part, step in linked
            if f'id="{step}"' not in (overview.parent / part).read_text()
        ] == []


def test_two_builds_are_the_same(pocket: Traced, site: Path) -> None:
    again = pipeline.build_site(pipeline.bind(pocket))
    different = [path for path, text in again.items() if (site / path).read_text() != text]

    assert different == []
