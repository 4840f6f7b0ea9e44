"""AppArmor confines programs by profiles; this Docker was built without it."""

from tracer.minidocker.twin import twin_of

WITHOUT = "Docker was built without AppArmor."


@twin_of("github.com/docker/libcontainer/apparmor.InstallDefaultProfile", passes=WITHOUT)
def install_default_profile() -> None:
    """Write the profile of containers and have it loaded."""


@twin_of("github.com/docker/libcontainer/apparmor.ApplyProfile", passes=WITHOUT)
def apply_profile() -> None:
    """Choose the profile that confines the next program."""
