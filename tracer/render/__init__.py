"""Shows: what was found, as terminal text, HTML, JSON, tables, a tour or a picture."""
