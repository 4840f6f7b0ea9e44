# The two commands of the README do all set-up in .venv; no system package is needed for the first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: walkthrough test lint clean

walkthrough: $(BIN)/.installed  ## set up, and trace `docker run` through the pocket tree
	$(BIN)/trace-docker run-path --html build/docker-run.html

test: $(BIN)/.developed  ## set up, and pass the tests
	$(BIN)/python -m pytest

lint: $(BIN)/.developed
	$(BIN)/ruff format --check tracer tests scripts
	$(BIN)/ruff check tracer tests scripts
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv build dist

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(BIN)/.developed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
