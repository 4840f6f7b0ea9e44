"""Where control continues though no call expression says so; one module for each way."""
