"""The daemon's HTTP side: each route is a function that sets up a job and runs it."""
