"""`trace-docker`, and `python -m tracer`."""

import gc

from tracer import cli


def main() -> None:
    """Run the command line."""
    # A tree's syntax and types are millions of values that live until the end: looking through
    # them for cycles takes half the time on a large tree and frees nothing.
    gc.disable()
    cli.main()


if __name__ == "__main__":
    main()
