"""Directories as tar streams, the form in which layers travel."""
