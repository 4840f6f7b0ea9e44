"""What all containers start from, whichever driver runs them."""

from tracer.minidocker.libcontainer.config import Config
from tracer.minidocker.twin import twin_of

CAPABILITIES = (
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP "
    "NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
)


@twin_of(
    "github.com/docker/docker/daemon/execdriver/native/template.New",
    passes="It is the beginning of a description.",
)
def new_template() -> Config:
    """Return five namespaces and few capabilities."""
    return Config(
        namespaces=["NEWNS", "NEWUTS", "NEWIPC", "NEWPID", "NEWNET"],
        capabilities=CAPABILITIES.split(),
    )
