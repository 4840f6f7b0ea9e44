"""Explains: a path becomes a walkthrough, by the story that a person wrote about it."""
