"""`python -m tracer` is `trace-docker`."""

from tracer.cli import main

if __name__ == "__main__":
    main()
