import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from msgspec.structs import replace

from tracer import pipeline
from tracer.pipeline import Traced


@pytest.fixture(scope="module")
def svg(pocket: Traced) -> str:
    return pipeline.as_svg(pipeline.walk(pocket, "docker-run"))


def boxes(svg: str) -> list[list[str]]:
    """The lines of each box, in order."""
    groups = (g for g in ET.fromstring(svg).iter() if g.get("class", "").startswith("node "))
    return [[t.text or "" for t in g.iter() if t.tag.endswith("text")] for g in groups]


def test_every_hop_of_a_long_path_stands_in_order(svg: str, pocket: Traced) -> None:
    walked = pipeline.walk(pocket, "docker-run")
    numbers = [int(line.split()[0]) for box in boxes(svg)[1:] for line in box]

    assert numbers == [step.number for step in walked.main_line]


def test_plain_calls_of_one_caller_in_one_layer_share_a_box(svg: str) -> None:
    assert ["2 client.NewDockerCli", "3 (*DockerCli).Cmd"] in boxes(svg)
    assert len(boxes(svg)) < 90


def test_a_lane_stands_for_each_layer_in_order(svg: str, pocket: Traced) -> None:
    lanes = re.findall(r'<g class="lane (\w+)">', svg)

    assert lanes == list(pipeline.walk(pocket, "docker-run").layers)


def test_what_joins_the_ends_of_a_crossing_is_written_at_it(svg: str) -> None:
    assert "HTTP POST /containers/create" in svg
    assert "engine job &quot;create&quot;" in svg


def test_boxes_do_not_overlap(svg: str) -> None:
    places = [
        [float(r.get(key, "0")) for key in ("x", "y", "width", "height")]
        for r in ET.fromstring(svg).iter()
        if r.tag.endswith("rect")
    ]

    assert all(a[1] + a[3] < b[1] for a, b in pairwise(places))


def test_the_same_path_is_the_same_picture(svg: str, pocket: Traced) -> None:
    assert pipeline.draw(pocket, "docker-run", 1, "svg") == svg


def test_a_hostile_title_stays_text(pocket: Traced) -> None:
    walked = replace(pipeline.walk(pocket, "container-start"), title="</title><script>")

    assert "<script>" not in pipeline.as_svg(walked)
