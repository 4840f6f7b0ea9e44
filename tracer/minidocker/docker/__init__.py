"""Docker 1.2.0 in Python: its packages by their own names."""
