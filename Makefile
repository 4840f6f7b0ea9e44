# The two commands of the README do all set-up in .venv; no system package is needed for the first.
PYTHON ?= python3
BIN := .venv/bin

DOCUMENTED := tracer.pipeline tracer.errors tracer.trees tracer.golang.source tracer.golang.types.calls \
  tracer.graph.callgraph tracer.graph.edges tracer.graph.views tracer.graph.patterns.pattern \
  tracer.guide.checks tracer.guide.twins tracer.guide.walkthrough

.PHONY: walkthrough test coverage mutation docs accuracy bench lint lock node clean

walkthrough: $(BIN)/.installed  ## set up, and trace `docker run` through the pocket tree
	$(BIN)/trace-docker run-path --html build/docker-run.html

test: $(BIN)/.developed  ## set up, and pass the tests
	$(BIN)/python -m pytest

coverage: $(BIN)/.developed  ## the branches of golang and graph that the tests take, on the pocket tree alone
	mkdir -p build
	XDG_CACHE_HOME=$(CURDIR)/build/no-trees $(BIN)/python -m coverage run -m pytest -q tests/golang tests/graph tests/test_fixtures.py tests/test_pipeline.py
	$(BIN)/python -m coverage report

mutation: $(BIN)/.developed  ## change the marking core in each small way, and see that a test fails
	$(BIN)/python -m pip install --quiet mutmut
	rm -rf mutants
	PATH=$(BIN):$$PATH mutmut run >build/mutation.log 2>&1; $(BIN)/mutmut results

docs: $(BIN)/.installed  ## the reference of what Python programs use, in build/docs
	$(BIN)/python -m pip install --quiet pdoc
	$(BIN)/python -m pdoc --output-directory build/docs --no-show-source $(DOCUMENTED)

accuracy: $(BIN)/.installed  ## compare the call sites with what Go's own type checker says
	$(BIN)/python accuracy/score.py

node:  ## fetch what the tests run in Node and the browser: Python for it, HTML and accessibility checks (npm)
	mkdir -p build/node
	cp tests/node/package.json build/node/
	npm install --prefix build/node --no-audit --no-fund --silent

bench: $(BIN)/.installed  ## time export and run-path beside other tools, as tables
	$(BIN)/python benchmarks/speed.py

lint: $(BIN)/.developed
	$(BIN)/ruff format --check tracer tests scripts accuracy benchmarks
	$(BIN)/ruff check tracer tests scripts accuracy benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(BIN)/.installed  ## pin what CI installs, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.11 \
	  --extra dev --custom-compile-command "make lock" --output-file requirements-ci.txt pyproject.toml

clean:
	rm -rf .venv build dist mutants

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# CI installs exactly what is pinned; people get whatever the ranges in pyproject.toml allow.
$(BIN)/.developed: pyproject.toml requirements-ci.txt
	$(PYTHON) -m venv .venv
	$(if $(CI),$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-ci.txt)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
