"""Images: their layers, their names, and how they come from a registry."""
