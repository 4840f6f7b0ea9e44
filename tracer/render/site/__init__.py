"""The static site: every page a value, written whole at the end."""
