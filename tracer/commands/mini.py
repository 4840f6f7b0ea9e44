"""`trace-docker mini`: the twin as a little docker."""

from tracer.minidocker.__main__ import main

__all__ = ["main"]
