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
    assert list(links.dead(files)) == []


def test_a_tree_of_another_program_has_no_words_of_docker(tmp_path: Path) -> None:
    (tmp_path / "p.go").write_text("package p\nfunc f() { g() }\nfunc g() {}\n")
    files = pipeline.build_site(pipeline.bind(pipeline.trace(str(tmp_path))))

    assert list(links.dead(files)) == []
    assert f"<h1>{tmp_path.name}</h1>" in files["index.html"]
    assert "1 file, 2 functions in 1 package" in files["index.html"]
    for path, text in files.items():
        if path.endswith(".html"):
            shown = text.replace("trace-docker", "")
            assert not any(word in shown for word in ("Docker", "Walkthroughs", "0 steps")), path
