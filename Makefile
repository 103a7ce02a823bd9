# `make` alone lists what there is. Needs git, make, bash and Python 3.11 or newer with its venv module.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
PORT ?= 8000
# Processes that run tests: each has a database and a browser of its own.
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin
# The lock is whole, so nothing is resolved: a newer release of a library cannot change what is installed.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps

export PYTHONUTF8 := 1

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- environment: what is installed is remembered by a stamp beside it, so that a second start only compares dates

$(BIN)/python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Luodi needs Python 3.11 or newer with its venv module. On Debian or Ubuntu:"; \
	  echo "  sudo apt-get install -y git make python3 python3-venv"; exit 1; }
	@echo "Creating .venv"
	@$(PYTHON) -m venv .venv

.venv/.run: requirements.lock scripts/link_checkout.py | $(BIN)/python
	@if [ -e .venv/.dev ]; then $(MAKE) --silent .venv/.dev; else \
	  echo "Installing the libraries (once; a minute or so)"; $(PIP) -r requirements.lock; fi
	@$(BIN)/python scripts/link_checkout.py
	@touch $@

.venv/.dev: requirements-dev.lock scripts/link_checkout.py | $(BIN)/python
	@echo "Installing the libraries and what development needs (once; a minute or two)"
	@$(PIP) -r requirements-dev.lock
	@$(BIN)/python scripts/link_checkout.py
	@touch $@

.PHONY: install
install: .venv/.dev ## Install the libraries and the development tools into .venv

# --- run

.PHONY: run
run: .venv/.run ## Start Luodi with the demo county on http://127.0.0.1:8000 (PORT= changes it)
	@exec env PORT=$(PORT) $(BIN)/python -m scripts.run

# --- test

.PHONY: test
test: .venv/.dev system ## Run all tests, on SQLite and PostgreSQL and in the browser, one for each processor at a time
	@$(BIN)/python -m pytest -q --db both -n $(WORKERS) --dist worksteal

.PHONY: test-sqlite
test-sqlite: .venv/.dev ## Run the tests on SQLite only (the quick ones while working)
	@$(BIN)/python -m pytest -q -m "not browser" --db sqlite

.PHONY: system
system: ## Install the system packages that tests use (PostgreSQL, Chromium, a Chinese font), if that is possible
	@bash scripts/system_packages.sh

# --- check

CHECKS := check-format check-lint check-types check-floors check-templates check-browser check-words check-schema

.PHONY: check
check: .venv/.dev system ## Format, lint, types, floors, templates, browser floor, translations, migrations
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync=target $(CHECKS)
	@echo "All checks passed."

.PHONY: check-format
check-format: .venv/.dev ## Python is formatted by ruff
	@$(BIN)/ruff format --check .

.PHONY: check-lint
check-lint: .venv/.dev ## Python is lint-free by ruff
	@$(BIN)/ruff check .

.PHONY: check-types
check-types: .venv/.dev ## Types agree (mypy, strict)
	@$(BIN)/mypy

.PHONY: check-floors
check-floors: .venv/.dev ## Nothing imports from a floor above (import-linter)
	@$(BIN)/lint-imports

.PHONY: check-templates
check-templates: .venv/.dev ## Templates compile and are lint-free (djlint)
	@$(BIN)/python -m scripts.compile_templates
	@$(BIN)/djlint --quiet --lint templates

.PHONY: check-browser
check-browser: .venv/.dev ## Shipped CSS and JavaScript stay within the browser floor
	@$(BIN)/python -m scripts.browser_floor

.PHONY: check-words
check-words: .venv/.dev ## Translations are complete, used, and agree in their placeholders
	@$(BIN)/python -m scripts.translations

.PHONY: check-schema
check-schema: .venv/.dev ## Migrations give exactly the models' tables, on SQLite and PostgreSQL, up and down
	@$(BIN)/python -m scripts.schema_drift

# --- for maintainers

.PHONY: format
format: .venv/.dev ## Format the Python and mend what ruff can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

.PHONY: lock
lock: ## Lock the newest allowed versions, with hashes and without any index host (needs uv)
	uv lock --upgrade --quiet
	$(MAKE) --no-print-directory export

.PHONY: export
export: ## Write both requirement locks from uv.lock (needs uv)
	bash scripts/export_locks.sh

.PHONY: wheel
wheel: .venv/.dev ## Build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . | tail -1

.PHONY: clean
clean: ## Remove the environment and the caches; keeps var/, where the data is
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
