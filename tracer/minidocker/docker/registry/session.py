"""A conversation with an index, which knows the names, and registries, which have the layers."""

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.registry import registry
from tracer.minidocker.docker.registry.auth import INDEX, AuthConfig
from tracer.minidocker.golib.http import REASONS, Response
from tracer.minidocker.twin import twin_of

OK, UNAUTHORIZED, NOT_FOUND = 200, 401, 404
Headers = dict[str, str]


@dataclass(frozen=True)
class RepositoryData:
    """What the index knows of a repository."""

    images: list[str]  # ids
    endpoints: list[str]  # registries that have them
    tokens: list[str]  # which open the registries


@dataclass
class Session:
    """Login and cookies, for all requests of one pull."""

    login: AuthConfig
    index: str
    cookies: Headers = field(default_factory=dict)

    @twin_of("(*github.com/docker/docker/registry.Session).doRequest")
    async def _do_request(self, url: str, headers: Headers) -> Response:
        """Add the cookies that earlier answers have set."""
        response = await registry.do_request(url, self.cookies | headers)
        if "set-cookie" in response.headers:
            self.cookies["Cookie"] = response.headers["set-cookie"]
        return response

    async def _get(self, url: str, headers: Headers) -> Response:
        """Send a request that must be answered well."""
        response = await self._do_request(url, headers)
        if response.status == OK:
            return response
        response.close()
        if response.status == UNAUTHORIZED:
            raise DockerError("Authentication is required.")
        reason = REASONS.get(response.status, "")
        kind = NotFoundError if response.status == NOT_FOUND else DockerError
        raise kind(f"Server error: {response.status} {reason} at {url}")

    @twin_of("(*github.com/docker/docker/registry.Session).GetRepositoryData")
    async def get_repository_data(self, remote: str) -> RepositoryData:
        """Ask the index which images there are, and who has them."""
        headers = {"X-Docker-Token": "true"}
        if self.login.username:
            pair = f"{self.login.username}:{self.login.password}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        try:
            response = await self._get(f"{self.index}repositories/{remote}/images", headers)
        except NotFoundError:
            raise NotFoundError(f"Error: image {remote} not found") from None
        hosts = response.headers.get("x-docker-endpoints", urlsplit(self.index).netloc)
        endpoints = build_endpoints_list(hosts, self.index)
        token = response.headers.get("x-docker-token")
        listed = json.loads(await response.text())
        return RepositoryData([each["id"] for each in listed], endpoints, [token] if token else [])

    @twin_of("(*github.com/docker/docker/registry.Session).GetRemoteTags")
    async def get_remote_tags(
        self, registries: list[str], repository: str, tokens: list[str]
    ) -> dict[str, str]:
        """Ask the first registry that answers which id each tag stands for."""
        name = repository if "/" in repository else f"library/{repository}"
        for host in registries:
            headers: Headers = {}
            set_token_auth(headers, tokens)
            response = await self._get(f"{host}repositories/{name}/tags", headers)
            found: dict[str, str] = json.loads(await response.text())
            return found
        raise DockerError("Could not reach any registry endpoint")

    @twin_of("(*github.com/docker/docker/registry.Session).GetRemoteHistory")
    async def get_remote_history(self, id_: str, host: str, tokens: list[str]) -> list[str]:
        """Ask for the ids of an image and of all below it, the lowest last."""
        headers: Headers = {}
        set_token_auth(headers, tokens)
        response = await self._get(f"{host}images/{id_}/ancestry", headers)
        found: list[str] = json.loads(await response.text())
        return found

    @twin_of("(*github.com/docker/docker/registry.Session).GetRemoteImageJSON")
    async def get_remote_image_json(
        self, id_: str, host: str, tokens: list[str]
    ) -> tuple[bytes, int]:
        """Get an image's description as it is, and the size of its layer."""
        headers: Headers = {}
        set_token_auth(headers, tokens)
        response = await self._get(f"{host}images/{id_}/json", headers)
        size = int(response.headers.get("x-docker-size", -1))
        return (await response.text()).encode(), size

    @twin_of("(*github.com/docker/docker/registry.Session).GetRemoteImageLayer")
    async def get_remote_image_layer(self, id_: str, host: str, tokens: list[str]) -> Response:
        """Open an image's layer; its bytes are read by whoever unpacks it."""
        headers: Headers = {}
        set_token_auth(headers, tokens)
        return await self._get(f"{host}images/{id_}/layer", headers)


@twin_of(
    "github.com/docker/docker/registry.NewSession",
    passes="It keeps login and cookies for later; only a private registry is asked something.",
)
async def new_session(login: AuthConfig, index: str) -> Session:
    """Begin with no cookies; a registry that is its own index is asked what it wants first."""
    if index != INDEX and index.startswith("https://"):
        await registry.ping_registry_endpoint(index)
    return Session(login, index)


@twin_of(
    "github.com/docker/docker/registry.buildEndpointsList",
    passes="It makes addresses of the words in a header.",
)
def build_endpoints_list(hosts: str, index: str) -> list[str]:
    """Make an address of each host, reached in the same way as the index."""
    scheme = urlsplit(index).scheme
    return [f"{scheme}://{host.strip()}/v1/" for host in hosts.split(",")]


@twin_of(
    "github.com/docker/docker/registry.setTokenAuth",
    passes="It sets a header of a request that is not sent yet.",
)
def set_token_auth(headers: Headers, tokens: list[str]) -> None:
    """Show the index's token to a registry."""
    headers.setdefault("Authorization", f"Token {','.join(tokens)}")
