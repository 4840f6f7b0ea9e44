"""Trees of files as archives."""
