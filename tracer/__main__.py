"""`trace-docker`, and `python -m tracer`."""

import gc
import sys

from tracer import cli


def main() -> None:
    """Run the command line."""
    # A tree's syntax and types are millions of values that live until the end: looking through
    # them for cycles takes half the time on a large tree and frees nothing.
    gc.disable()
    try:
        cli.main()
    except BaseException as error:
        if not _is_interrupt(error):
            raise
        sys.exit(130)


def _is_interrupt(error: BaseException | None) -> bool:
    """Say whether Ctrl-C is behind an error: while modules run, it may come out as another one."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


if __name__ == "__main__":
    main()
