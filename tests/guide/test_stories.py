import csv
import re
from itertools import groupby
from pathlib import Path

import pytest
from msgspec.structs import replace

from tracer import guide, pipeline
from tracer.errors import StoryError, UnknownPathError
from tracer.guide import parts, stories
from tracer.pipeline import Traced

IDS = [s.id for s in stories.all_stories()]
PLACES = Path(guide.__file__).parent / "places-1.2.0.tsv"


def facts(path: str, branch: str) -> list[tuple[str, ...]]:
    with PLACES.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if r["path"] == path]
    return [
        (r["caller"], r["callee"], r["kind"], r["place"]) for r in rows if r["branch"] == branch
    ]


@pytest.mark.parametrize("id_", IDS)
def test_every_stop_of_a_story_is_found_in_the_pocket_tree(pocket: Traced, id_: str) -> None:
    walked = pipeline.walk(pocket, id_)

    assert walked.missing == ()
    assert [s.edge.callee for s in walked.steps if s.hop.stop is None] == []


@pytest.mark.parametrize("id_", IDS)
def test_the_main_line_on_the_pocket_tree_is_that_of_docker(pocket: Traced, id_: str) -> None:
    walked = pipeline.walk(pocket, id_)
    found = [(s.edge.caller, s.edge.callee, s.edge.kind) for s in walked.main_line]

    assert found == [row[:3] for row in facts(id_, "")]


@pytest.mark.parametrize("id_", IDS)
def test_every_hop_on_docker_is_at_the_recorded_line(real: Traced, id_: str) -> None:
    walked = pipeline.walk(real, id_)
    found = [(s.edge.caller, s.edge.callee, s.edge.kind, str(s.edge.at)) for s in walked.main_line]

    assert found == facts(id_, "")


@pytest.mark.parametrize("id_", IDS)
def test_every_hop_of_the_pocket_tree_tells_the_place_in_docker(pocket: Traced, id_: str) -> None:
    walked = pipeline.walk(pocket, id_)

    assert [s.original for s in walked.main_line] == [row[3] for row in facts(id_, "")]


def test_every_stop_has_a_label_and_prose_that_names_no_file_or_line() -> None:
    offenders = [
        (story.id, stop.visit)
        for story in stories.all_stories()
        for stop, label, says in zip(story.stops, story.labels, story.says, strict=True)
        if not label or not says or re.search(r"\.go\b|\bline \d|:\d\d", says)
    ]

    assert offenders == []


def test_no_two_stops_that_follow_each_other_say_the_same() -> None:
    repeated = [
        says
        for story in stories.all_stories()
        for says, group in groupby(story.says)
        if len(list(group)) > 1
    ]

    assert repeated == []


@pytest.mark.parametrize("id_", IDS)
def test_a_story_has_at_most_nine_parts_of_at_most_twenty_steps(pocket: Traced, id_: str) -> None:
    story = stories.find(id_, pocket.graph.resolution.names)
    found = parts.divide(pipeline.walk(pocket, id_), story)

    assert [part.title for part in found] == [title for _, title, _ in story.parts]
    assert 2 <= len(found) <= parts.MOST
    assert [part.title for part in found if not part.says or len(part.steps) > 20] == []
    assert story.parts[0][0] == 0


def test_a_part_without_a_step_is_left_out(pocket: Traced) -> None:
    story = stories.find("docker-run", pocket.graph.resolution.names)
    walked = pipeline.walk(pocket, "docker-run")
    second = story.parts[1][0], story.parts[2][0]
    steps = tuple(s for s in walked.steps if not second[0] <= (s.hop.stop or 0) < second[1])
    steps = tuple(replace(step, number=number) for number, step in enumerate(steps, 1))
    found = parts.divide(replace(walked, steps=steps), story)

    assert [p.title for p in found] == [t for i, (_, t, _) in enumerate(story.parts) if i != 1]
    assert [p.number for p in found] == list(range(1, 9))
    assert sum(len(p.steps) for p in found) == len(steps)
    assert all(p.steps for p in found)


def test_a_tree_without_the_functions_does_not_get_the_story() -> None:
    assert stories.told_by({"p.main", "p.helper"}) == ()
    with pytest.raises(UnknownPathError, match="which tells none of the named paths"):
        stories.find("docker-run", {"p.main"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id = ", "Invalid value"),
        ('id = "x"\ntitle = "t"\n', "there is no question"),
        ('id = "x"\ntitle = "t"\nquestion = "q"\n', "there is no stop"),
        ('id = "x"\ntitle = "t"\nquestion = "q"\n[[stop]]\nvisti = "f"\n', "stop 1 has"),
    ],
)
def test_a_story_that_cannot_be_read_says_why(text: str, problem: str) -> None:
    with pytest.raises(StoryError, match=problem):
        stories.read("x.toml", text)
