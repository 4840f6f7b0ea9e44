"""The site served: to this computer alone, and nothing but the site."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracer import pipeline
from tracer.errors import NoSiteError, PortError
from tracer.pipeline import Traced


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "secret.txt").write_text("not part of the site")
    place = tmp_path / "site"
    pipeline.write_folder(place, {"index.html": "<head></head>hello", "a/b.json": "{}"})
    (place / "out").symlink_to(tmp_path)
    with pipeline.serving(place, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def ask(port: int, path: str, method: str = "GET", host: str = "") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def test_a_page_is_served_and_loads_again_when_the_site_is_built_anew(
    served: int, tmp_path: Path
) -> None:
    status, page = ask(served, "/")
    before = ask(served, "/.built")
    pipeline.write_folder(tmp_path / "site", {"index.html": "<head></head>changed"})

    assert (status, b"/.reload.js" in page, b"hello" in page) == (200, True, True)
    assert ask(served, "/.built") != before
    assert b"changed" in ask(served, "/index.html")[1]


def test_a_page_that_runs_no_script_gets_none(served: int, tmp_path: Path, pocket: Traced) -> None:
    page = pipeline.as_html(pocket, pipeline.walk(pocket, "dockerinit"), None)
    pipeline.write_folder(tmp_path / "site", {"index.html": page})

    assert ask(served, "/") == (200, page.encode())


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_a_request_for_another_host_is_refused(served: int, host: str) -> None:
    assert ask(served, "/", host=host)[0] == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "localhost:9"])
def test_this_computer_s_names_are_answered(served: int, host: str) -> None:
    assert ask(served, "/", host=host)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/out/secret.txt",
        "/.trace-docker-site",
        "/a/",
        "/missing.html",
        "//etc/passwd",
    ],
)
def test_nothing_but_files_of_the_site_is_served(served: int, path: str) -> None:
    status, content = ask(served, path)

    assert status == 404
    assert b"not part of the site" not in content


def test_only_reading_is_answered(served: int) -> None:
    assert ask(served, "/", "HEAD") == (200, b"")
    assert ask(served, "/a/b.json", "HEAD") == (200, b"")
    assert ask(served, "/", "POST")[0] == 501


def test_a_port_that_is_taken_and_a_folder_without_a_site_are_told(
    served: int, tmp_path: Path
) -> None:
    with pytest.raises(PortError, match="--port"), pipeline.serving(tmp_path / "site", served):
        pass
    with pytest.raises(NoSiteError, match="site build"), pipeline.serving(tmp_path / "no", 0):
        pass
