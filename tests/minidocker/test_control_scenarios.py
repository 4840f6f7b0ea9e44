"""What a learner can check at the end of the paths on which a container is controlled."""

import json
from functools import cache

from tracer.minidocker import scenarios


@cache
def seen(name: str) -> list[tuple[str, str]]:
    return [*scenarios.seen(name, scenarios.run(name))]


def test_the_log_file_has_what_was_attached_to() -> None:
    (_, output), (place, log), *_ = seen("attach-logs-wait")

    assert output.splitlines()[1:] == [
        *("one", "two"),  # attached
        *("one", "two"),  # from the log
        "3",  # waited for
        "talker",
        "2014-08-20T00:00:01Z two",  # the last line of the log, then what comes
        "2014-08-20T00:00:02Z one",
        "2014-08-20T00:00:02Z two",
        output.splitlines()[-2],  # an id
        "^C",
    ]
    assert place.endswith("-json.log")
    assert [json.loads(line)["log"] for line in log.splitlines()] == ["one\n", "two\n"] * 2


def test_the_files_say_how_the_containers_ended() -> None:
    (_, output), *files = seen("stop-kill-persist")
    states = {known["Name"]: known["State"] for known in (json.loads(text) for _, text in files)}

    assert states["/deaf"]["ExitCode"] == -1
    assert states["/deaf"]["FinishedAt"] == "2014-08-20T00:00:05Z"
    assert states["/again"]["ExitCode"] == 1
    assert "Exited (-1) 2 seconds ago" in output
    assert "(Paused)" in output
    assert output.count(" start\n") == 5  # store, deaf twice, again twice


def test_a_volume_is_a_directory_that_outlives_the_container() -> None:
    (_, output), *files = seen("volumes")
    kept = [(place, text) for place, text in files if place.endswith("/word")]

    assert output == "from the host\nkept\nsecond\ndocker stop/waiting\n"
    assert [text for _, text in kept] == ["kept\n"]
    assert not any(place.endswith("/sh") for place, _ in files)  # removed with rm -v
