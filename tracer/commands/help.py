"""What `--help` says beside the options."""


def examples(*lines: str) -> str:
    """Command lines to try, one below the other, as a command's epilog."""
    return "\n".join(["Examples:", *(f"$ trace-docker {line}" for line in lines)])
