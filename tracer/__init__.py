"""Trace Docker: any path through Docker's Go source, beside a Python twin that runs."""

__version__ = "0.1.0"
