"""A run of the machine as values: what ran, what it asked of the kernel, and what changed."""
