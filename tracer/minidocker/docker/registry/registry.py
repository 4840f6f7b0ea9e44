"""Where a repository is kept, and how a request gets there."""

from urllib.parse import urlsplit

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.registry.auth import INDEX
from tracer.minidocker.golib import http
from tracer.minidocker.golib.http import Client, Request, Response
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.sockets import Address
from tracer.minidocker.twin import twin_of

CERTIFICATES = "/etc/docker/certs.d"  # a directory for each host


@twin_of(
    "github.com/docker/docker/registry.ResolveRepositoryName",
    passes="It takes a name apart; nothing is kept.",
)
def resolve_repository_name(name: str) -> tuple[str, str]:
    """Split a name into host and path; only a first part that looks like a host is one."""
    if "://" in name or not name:
        raise DockerError('Invalid repository name (ex: "registry.domain.tld/myrepos")')
    host, _, path = name.partition("/")
    if not path or not ("." in host or ":" in host or host == "localhost"):
        return INDEX, name
    if "index.docker.io" in host:
        raise DockerError(f'Invalid repository name, try "{path}" instead')
    return host, path


@twin_of(
    "github.com/docker/docker/registry.ExpandAndVerifyRegistryUrl",
    passes="The central index has its address already, and is not asked.",
)
async def expand_and_verify_registry_url(host: str) -> str:
    """Make an address of a host, with https if that answers and http if not."""
    if host.startswith(("http:", "https:")):
        await ping_registry_endpoint(host)
        return host
    for endpoint in (f"https://{host}/v1/", f"http://{host}/v1/"):
        try:
            await ping_registry_endpoint(endpoint)
        except KernelError:
            continue
        return endpoint
    raise DockerError(f"Invalid Registry endpoint: nobody answers at {host}")


@twin_of(
    "github.com/docker/docker/registry.pingRegistryEndpoint",
    passes="The central index is trusted to be there.",
)
async def ping_registry_endpoint(endpoint: str) -> None:
    """See whether a registry is there; the central index is trusted to be."""
    if endpoint != INDEX:
        response = await do_request(f"{endpoint}_ping", {})
        response.close()


@twin_of("github.com/docker/docker/registry.doRequest")
async def do_request(url: str, headers: dict[str, str]) -> Response:
    """Send a request with the certificates that are meant for its host."""
    parts = urlsplit(url)
    try:
        syscall.getdents(f"{CERTIFICATES}/{parts.netloc}")
    except KernelError:  # mostly there are none
        client = new_client(await http.address_of(url))
        return await client.do(
            Request("GET", parts.path, headers={"Host": parts.netloc, **headers})
        )
    raise DockerError(f"{CERTIFICATES}/{parts.netloc}: this machine knows no certificates")


@twin_of(
    "github.com/docker/docker/registry.newClient",
    passes="It says how connections are to be made, and makes none yet.",
)
def new_client(address: Address) -> Client:
    """Make a client for one request: connections are not kept."""
    return Client(address)
