"""Logins, as `docker login` keeps them in the user's home."""

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

CONFIG_FILE = ".dockercfg"
INDEX = "https://index.docker.io/v1/"  # asked for names without a host


@dataclass(frozen=True)
class AuthConfig:
    """One login."""

    username: str = ""
    password: str = ""


@dataclass
class ConfigFile:
    """Logins by the address of the server."""

    configs: dict[str, AuthConfig] = field(default_factory=dict)

    @twin_of(
        "(*github.com/docker/docker/registry.ConfigFile).ResolveAuthConfig",
        passes="The file has been read; this only chooses from it.",
    )
    def resolve_auth_config(self, host: str) -> AuthConfig:
        """Find the login for a host, however its address was written down."""
        known = {_bare(address): login for address, login in self.configs.items()}
        return known.get(_bare(host or INDEX), AuthConfig())


@twin_of("github.com/docker/docker/registry.LoadConfig")
async def load_config(home: str) -> ConfigFile:
    """Read the file; without it there are no logins."""
    path = f"{home}/{CONFIG_FILE}"
    if not ioutil.exists(path):
        return ConfigFile()
    known = json.loads(await ioutil.read_file(path))
    return ConfigFile({address: _decode(each["auth"]) for address, each in known.items()})


def _decode(auth: str) -> AuthConfig:
    name, _, password = base64.b64decode(auth).decode().partition(":")
    return AuthConfig(name, password)


def _bare(address: str) -> str:
    return urlsplit(address).netloc or address.partition("/")[0]
