"""Where the layers of a file system lie: one interface, two drivers."""
