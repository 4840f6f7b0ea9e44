"""What Go's standard library does for Docker, on the simulated kernel."""
