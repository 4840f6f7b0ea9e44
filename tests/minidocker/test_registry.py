import json

import pytest
from on_disk import on_machine

from tracer.minidocker import images, syscall
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.registry import auth, registry, session
from tracer.minidocker.docker.registry.auth import INDEX, AuthConfig, ConfigFile
from tracer.minidocker.docker.registry.session import Session
from tracer.minidocker.golib import goroutine, http, ioutil, net
from tracer.minidocker.registry import Registry

PLACE = "http://127.0.0.1:5000/v1/"
REGISTRY = Registry(images.REPOSITORIES)
NEW = REGISTRY.tags["busybox"]["latest"]
Answer = tuple[int, object, dict[str, str]]


async def serve(answers: list[Answer]) -> list[http.Request]:
    """Answer some requests on port 5000, in order, and keep them."""
    listener, heard = net.listen(("127.0.0.1", 5000)), list[http.Request]()

    async def run() -> None:
        for status, body, headers in answers:
            connection = await syscall.accept(listener)
            heard.append(await http.read_request(connection))
            http.answer(connection, status, json.dumps(body), headers)
            syscall.close(connection)

    goroutine.start(run())
    return heard


def asked(login: AuthConfig, *answers: Answer) -> tuple[object, list[http.Request]]:
    """Ask an index about a repository; return what is known, and what was asked."""

    async def use() -> tuple[object, list[http.Request]]:
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        heard = await serve(list(answers))
        found = await Session(login, PLACE).get_repository_data("app")
        return found, heard

    return on_machine(use)


def test_the_index_names_images_registries_and_a_token() -> None:
    headers = {"X-Docker-Endpoints": "one:5000, two", "X-Docker-Token": "t"}
    found, (request,) = asked(AuthConfig(), (200, [{"id": "a"}], headers))

    assert found == session.RepositoryData(["a"], ["http://one:5000/v1/", "http://two/v1/"], ["t"])
    assert (request.path, request.headers["x-docker-token"]) == (
        "/v1/repositories/app/images",
        "true",
    )
    assert request.headers["host"] == "127.0.0.1:5000"
    assert "authorization" not in request.headers


def test_a_registry_that_names_no_other_has_the_images_itself() -> None:
    found, _ = asked(AuthConfig(), (200, [], {}))

    assert found == session.RepositoryData([], [PLACE], [])


def test_a_login_goes_with_the_request() -> None:
    _, (request,) = asked(AuthConfig("me", "secret"), (200, [], {}))

    assert request.headers["authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "Authentication is required."),
        (404, "Error: image app not found"),
        (500, f"Server error: 500  at {PLACE}repositories/app/images"),
    ],
)
def test_a_bad_answer_is_an_error(status: int, said: str) -> None:
    with pytest.raises(DockerError) as caught:
        asked(AuthConfig(), (status, "", {}))

    assert str(caught.value) == said


def test_cookies_and_tokens_are_shown_to_the_registry() -> None:
    async def use() -> list[http.Request]:
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        heard = await serve([(200, {"latest": "a"}, {"Set-Cookie": "c"}), (200, ["a"], {})])
        visit = Session(AuthConfig(), PLACE)
        assert await visit.get_remote_tags([PLACE], "app", ["t", "u"]) == {"latest": "a"}
        assert await visit.get_remote_history("a", PLACE, ["t"]) == ["a"]
        return heard

    tags, history = on_machine(use)

    assert (tags.path, tags.headers["authorization"]) == (
        "/v1/repositories/library/app/tags",
        "Token t,u",
    )
    assert history.headers["cookie"] == "c"


def test_without_a_registry_there_are_no_tags() -> None:
    async def use() -> str:
        try:
            await Session(AuthConfig(), PLACE).get_remote_tags([], "app", [])
        except DockerError as error:
            return str(error)
        return ""

    assert on_machine(use) == "Could not reach any registry endpoint"


def test_a_host_is_made_an_address_by_asking_it() -> None:
    async def use() -> list[str]:
        syscall.netlink("RTM_SETLINK", "lo", up=True)
        heard = await serve([(200, "", {})] * 3)
        host = await registry.expand_and_verify_registry_url("127.0.0.1:5000")
        given = await registry.expand_and_verify_registry_url(PLACE)
        index = await registry.expand_and_verify_registry_url(INDEX)
        await session.new_session(AuthConfig(), "https://127.0.0.1:5000/v1/")
        return [host, given, index, *(each.path for each in heard)]

    assert on_machine(use) == ["https://127.0.0.1:5000/v1/", PLACE, INDEX, *["/v1/_ping"] * 3]


def test_only_a_first_part_that_looks_like_a_host_is_one() -> None:
    resolve = registry.resolve_repository_name

    assert resolve("busybox") == (INDEX, "busybox")
    assert resolve("alice/app") == (INDEX, "alice/app")
    assert resolve("localhost/app") == ("localhost", "app")
    assert resolve("example.org:5000/team/app") == ("example.org:5000", "team/app")
    for wrong in ("", "http://x/y"):
        with pytest.raises(DockerError):
            resolve(wrong)


def test_certificates_for_a_host_stop_the_request() -> None:
    async def use() -> str:
        ioutil.make_directories(f"{registry.CERTIFICATES}/example.org")
        try:
            await registry.do_request("https://example.org/v1/_ping", {})
        except DockerError as error:
            return str(error)
        return ""

    assert "knows no certificates" in on_machine(use)


def test_logins_are_read_from_the_file_in_the_user_s_home() -> None:
    async def use() -> ConfigFile:
        ioutil.make_directories("/root")
        login = {"https://index.docker.io/v1/": {"auth": "bWU6c2VjcmV0", "email": ""}}
        ioutil.write_json("/root/.dockercfg", login)
        return await auth.load_config("/root")

    found = on_machine(use)

    assert found.resolve_auth_config("") == AuthConfig("me", "secret")
    assert found.resolve_auth_config("index.docker.io") == AuthConfig("me", "secret")
    assert found.resolve_auth_config("example.org") == AuthConfig()


def test_without_a_file_there_are_no_logins() -> None:
    async def use() -> ConfigFile:
        return await auth.load_config("/nowhere")

    assert on_machine(use).configs == {}


def test_the_registry_answers_by_path() -> None:
    status, tags, _ = REGISTRY.find("/v1/repositories/library/busybox/tags")
    assert (status, tags["latest"]) == (200, NEW)

    status, listed, headers = REGISTRY.find("/v1/repositories/busybox/images")
    assert status == 200
    assert {"id": NEW} in listed
    assert headers["X-Docker-Endpoints"] == "registry-1.docker.io"

    assert REGISTRY.find(f"/v1/images/{NEW}/ancestry")[1][0] == NEW
    assert json.loads(REGISTRY.find(f"/v1/images/{NEW}/json")[1])["id"] == NEW
    assert REGISTRY.find(f"/v1/images/{NEW}/layer")[1][:2] == b"\x1f\x8b"
    assert REGISTRY.find("/v1/_ping")[0] == 200


@pytest.mark.parametrize(
    "path", ["/", "/v1/repositories/no/tags", "/v1/images/00/json", f"/v1/images/{NEW}/x"]
)
def test_what_the_registry_has_not_is_not_found(path: str) -> None:
    assert REGISTRY.find(path)[0] == NotFoundError.status


def test_equal_layers_have_equal_ids_and_bytes() -> None:
    again = Registry(images.REPOSITORIES)

    assert again.chains == REGISTRY.chains
    assert again.layers[NEW].archive() == REGISTRY.layers[NEW].archive()
