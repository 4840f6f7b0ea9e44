"""A small Docker 1.2.0 in Python, on a simulated kernel, that records what it does."""
