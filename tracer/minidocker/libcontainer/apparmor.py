"""AppArmor confines programs by profiles; this Docker was built without it."""

from tracer.minidocker.twin import twin_of


@twin_of(
    "github.com/docker/libcontainer/apparmor.InstallDefaultProfile",
    passes="Docker was built without AppArmor.",
)
def install_default_profile() -> None:
    """Write the profile of containers and have it loaded."""
