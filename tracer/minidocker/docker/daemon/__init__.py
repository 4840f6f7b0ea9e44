"""Containers: making, starting, watching and removing them."""
