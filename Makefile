# What a developer does here. Needs Python 3.11 or newer, npm and the package installers, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --progress-bar off
# For CI: more options of pytest.
PYTEST_FLAGS ?=
# make test-crash CRASH_FLAGS="--runs 20", or "--seed SEED --only NUMBER" to play one run again.
CRASH_FLAGS ?=
# make lock UPGRADE=--upgrade takes the newest versions that pyproject.toml allows.
UPGRADE ?=
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-unit test-crash lint policy bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "installing what requirements/dev.txt pins, each file checked against its SHA-256:"
	$(PIP_INSTALL) --require-hashes --requirement requirements/dev.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(INSTALLED) ## install what is locked, fetch OpenTofu and the providers
	$(BIN)/intent setup

demo: setup ## one allowed, one denied and one approved change, for real, against a local cloud
	$(BIN)/intent demo

test: setup ## the whole suite; every branch of engine/core is covered
	$(BIN)/python -m pytest --cov=engine/core --cov-branch --cov-fail-under=100 $(PYTEST_FLAGS)

test-unit: $(INSTALLED) ## the tests that need nothing fetched and take seconds
	$(BIN)/python -m pytest -m "not integration" tests/unit tests/service tests/tidy $(PYTEST_FLAGS)

test-crash: setup ## kill engines, OpenTofu and providers 300 times; nothing may be lost, doubled or wrong
	$(BIN)/python -m tests.crash.main $(CRASH_FLAGS)

lint: $(INSTALLED) ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

policy: $(INSTALLED) ## check the policies and run their tests, every line of them covered
	$(BIN)/intent policy check policies/
	$(BIN)/intent policy test policies/ --coverage --threshold 100
	$(BIN)/python -m pytest tests/policies $(PYTEST_FLAGS)

bench: setup ## gated creates, policies in workers, one type of a provider, each beside the plain way, as ratios
	$(BIN)/python tests/bench/gated_create.py
	$(BIN)/python tests/bench/policy_evaluation.py
	$(BIN)/python tests/bench/provider_schema.py

lock: $(INSTALLED) ## resolve pyproject.toml into requirements/, with hashes
	$(LOCK) --extra demo --group dev pyproject.toml --output-file requirements/dev.txt
	$(LOCK) --constraint requirements/dev.txt pyproject.toml --output-file requirements/runtime.txt

clean: ## remove what make made, except what set-up fetched
	rm -rf $(VENV) dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find engine server tests -name __pycache__ -type d -prune -exec rm -rf {} +
