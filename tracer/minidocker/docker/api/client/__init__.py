"""The command line: it turns words into HTTP requests and output into text."""
