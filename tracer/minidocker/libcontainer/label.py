"""Labels of SELinux, in a Docker that was built without it: all of them are empty."""

from tracer.minidocker.twin import twin_of

WITHOUT = "Docker was built without SELinux."


@twin_of(
    "github.com/docker/libcontainer/label.FormatMountLabel",
    passes="It only adds the label to a text, and nothing where there is none.",
)
def format_mount_label(options: str, label: str) -> str:
    """Add a label to the options of a mount."""
    if not label:
        return options
    context = f'context="{label}"'
    return f"{options},{context}" if options else context


@twin_of("github.com/docker/libcontainer/label.GenLabels", passes=WITHOUT)
def gen_labels() -> tuple[str, str]:
    """Choose a label for a process and one for its mounts."""
    return "", ""


@twin_of("github.com/docker/libcontainer/label.Init", passes=WITHOUT)
def init() -> None:
    """Find out whether there is SELinux."""


@twin_of("github.com/docker/libcontainer/label.SetProcessLabel", passes=WITHOUT)
def set_process_label(label: str) -> None:
    """Set the label that the next execve gives the process."""
    del label
