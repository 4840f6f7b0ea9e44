"""A small Linux kernel: processes, files, mounts, limits, networks, one system-call table."""
