"""What comes in the address of a request, after the question mark."""

from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of(
    "github.com/docker/docker/api/server.parseForm",
    passes="It takes the address of a request apart.",
)
def parse_form(request: http.Request) -> dict[str, str]:
    """Return the values by their names; most routes read `request.query` themselves."""
    return request.query
