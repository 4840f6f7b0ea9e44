"""The whole site: the same bytes each time, in time, of a bearable size."""

import os
import subprocess
import sys
import time
from pathlib import Path

from pages import links

from tracer import pipeline
from tracer.pipeline import Traced


def test_two_builds_are_byte_equal(site: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    command = [sys.executable, "-m", "tracer", "site", "build", "--out", str(again)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})

    assert links.files(again) == links.files(site)


def test_docker_itself_is_built_in_a_minute_and_60_megabytes(real: Traced) -> None:
    begun = time.process_time()
    files = pipeline.build_site(pipeline.bind(real))

    assert time.process_time() - begun < 60
    assert sum(len(text.encode()) for text in files.values()) <= 60_000_000
    assert [each for each in links.dead(files) if not links.unwritten(each[1])] == []
