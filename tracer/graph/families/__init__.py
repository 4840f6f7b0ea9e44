"""Families of types: an interface, who fills it, who uses it and in which order."""
