"""A small Linux kernel: processes, files, mounts, groups of limits, networks, and one system-call table."""
