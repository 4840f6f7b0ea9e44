"""The public registry, and what the daemon asks it."""
