# The two commands: `make demo` runs everything, `make test` checks everything.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# Compiled once, not at every start.
unexport PYTHONDONTWRITEBYTECODE
# The first on the PATH that is new enough.
PYTHON ?= $(shell for each in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && command -v "$$each" && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
TEST_POSTGRES_URL ?= postgres://$(shell id -un)@127.0.0.1:5432/postgres
PYTEST_WORKERS ?= 2
LOCALES := $(wildcard locale/*/LC_MESSAGES/django.po)

.PHONY: help install setup demo test lint types bench fmt messages lock clean test-sqlite test-postgres

help: ## Show what can be made
	@echo 'make ...'
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 18
	@echo
	@echo 'PORTAL_PORT (8000), PORTAL_DATA (var/) and DEMO_PASSWORD set the demo, PYTHON names an interpreter of 3.11 or newer,'
	@echo 'TEST_POSTGRES_URL names the server of the tests, PYTEST_WORKERS (2) how many run at once; CI=true lets no test be skipped.'

# One stamp a lock: `demo` needs no development tools.
$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Python 3.11 or newer is needed and was not found. Name one: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) ..."
	@if [ -n "$(UV)" ]; then uv venv --quiet --python "$(PYTHON)" $(VENV); else "$(PYTHON)" -m venv $(VENV); fi || \
		{ rm -rf $(VENV); exit 1; }

define install
	@echo "Installing $(1) ..."
	@if [ -n "$(UV)" ]; then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1); fi
endef

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/python
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.run

$(VENV)/.messages: $(LOCALES) | $(VENV)/bin/python
	@$(BIN)/python manage.py messages --compile
	@touch $@

install: $(VENV)/.run $(VENV)/.messages ## Make the virtual environment to run the portal, without development tools

setup: $(VENV)/.dev $(VENV)/.messages ## Make the virtual environment with the development tools

demo: install ## Run the portal with two simulated softswitches; Ctrl-C stops it
	@PORTAL_DEMO=1 exec $(BIN)/python manage.py demo

test: setup lint types test-sqlite test-postgres ## Check everything: style, layers, types, tests

lint: setup ## Style, layers, templates, migrations, messages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py messages --check

types: setup ## mypy, strict
	$(BIN)/mypy .

test-sqlite: setup ## The tests, on SQLite
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup

test-postgres: setup ## What touches data, on PostgreSQL
	@if $(BIN)/python -c 'import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=5)' "$(TEST_POSTGRES_URL)" 2>/dev/null; then \
		DATABASE_URL="$(TEST_POSTGRES_URL)" $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup; \
	elif [ "$$CI" = true ]; then echo 'No PostgreSQL answers at $(TEST_POSTGRES_URL); with CI=true nothing is skipped.' >&2; exit 1; \
	else echo 'SKIPPED: what touches data, on PostgreSQL: none answers at $(TEST_POSTGRES_URL).'; fi

bench: setup ## The floors, measured side by side
	$(BIN)/python -m tests.bench

fmt: setup ## Format the code
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

messages: setup ## Collect the strings to translate
	$(BIN)/python manage.py messages --collect

lock: ## Pin the dependencies anew, with hashes
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --group dev -o requirements-dev.lock

clean: ## Remove the virtual environment and the demo's data
	rm -rf $(VENV) var
