# The two commands: `make demo` runs everything, `make test` checks everything.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
TEST_POSTGRES_URL ?= postgres://$(shell id -un)@127.0.0.1:5432/postgres
PYTEST_WORKERS ?= 2
LOCALES := $(wildcard locale/*/LC_MESSAGES/django.po)

.PHONY: help setup demo test lint types bench fmt messages lock clean test-sqlite test-postgres

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/:.*## /\t/' | expand -t 16

# One stamp a lock: `demo` needs no development tools.
$(VENV)/bin/python:
ifdef UV
	uv venv --quiet --python 3.11 $(VENV)
else
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed ($(PYTHON) was not found)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
endif

define install
	@echo "Installing $(1) ..."
	@if [ -n "$(UV)" ]; then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
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

setup: $(VENV)/.dev $(VENV)/.messages ## Make the virtual environment with the development tools

demo: $(VENV)/.run $(VENV)/.messages ## Run everything on embedded parts: http://127.0.0.1:8000
	@PORTAL_DEMO=1 $(BIN)/python manage.py demo

test: setup lint types test-sqlite test-postgres ## Check everything

lint: setup ## Style, layers, templates, migrations, messages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py messages --check

types: setup ## mypy, strict
	$(BIN)/mypy .

test-sqlite: setup
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup

test-postgres: setup
	DATABASE_URL=$(TEST_POSTGRES_URL) $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup

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
