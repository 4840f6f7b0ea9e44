"""The library that makes a container out of kernel facilities; it knows nothing of the daemon."""
