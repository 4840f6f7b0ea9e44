"""How a container's process is started: one interface, two drivers."""
