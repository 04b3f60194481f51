# One door. `make help` lists what can be made.
SHELL := /bin/bash
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

# Trust what the machine trusts: networks with a certificate authority of their own.
export UV_SYSTEM_CERTS := 1

.DEFAULT_GOAL := help
.PHONY: help run test test-full lint bench bench-full docs messages clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/uv: requirements/uv.txt
	@bash requirements/make_venv.sh '$(VENV)' '$(PYTHON)'

$(VENV)/.base: requirements/base.txt pyproject.toml $(BIN)/uv
	@echo "Installing packages"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/base.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "Installing what tests need"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.spark: requirements/spark.txt $(VENV)/.base
	@echo "Installing the engine Spark"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/spark.txt
	@touch $@

run: $(VENV)/.base ## Start Motcua at http://127.0.0.1:8000 (PORT=… for another port)
	@MOTCUA_END_WITH_PARENT=1 PORT='$(PORT)' exec $(BIN)/motcua run

.PHONY: browser
browser:
	@bash tests/install_tools.sh

test: $(VENV)/.dev $(VENV)/.spark browser lint ## Lint, then run every test but the slow ones
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not slow"

test-full: $(VENV)/.dev $(VENV)/.spark browser lint ## Everything: also kills, races, PostgreSQL 16, big data
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup
	@MOTCUA_PG_VERSION=16 $(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not slow and not browser" tests/record tests/serve

lint: $(VENV)/.dev ## Check style, types, imports between rooms, translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache
	@$(BIN)/mypy src/motcua/rules src/motcua/formats src/motcua/record/*/actions src/motcua/serve/*/actions
	@$(BIN)/python tests/check_translations.py

bench: $(VENV)/.dev ## Measure, and write docs/explanation/performance.md
	@$(BIN)/python benchmarks/run.py

bench-full: $(VENV)/.dev ## Measure records of millions too: an hour
	@$(BIN)/python benchmarks/at_scale.py
	@$(BIN)/python benchmarks/run.py

docs: ## Show where the documents are
	@echo "README.md, docs/tutorial, docs/how-to, docs/reference, docs/explanation"

messages: $(VENV)/.dev ## Collect strings to translate into locale/vi
	@$(BIN)/python tests/check_translations.py --collect

clean: ## Remove .venv and caches (never the data folder)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
