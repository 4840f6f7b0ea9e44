"""Labels of SELinux, which this machine does without."""

from tracer.minidocker.twin import twin_of


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
