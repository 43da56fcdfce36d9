# Everything is made from Python 3.11 or newer and this file; `make` alone says what there is.
PYTHON ?= python3
PY := .venv/bin/python
LOCAL := $(PYTHON) -m local.bootstrap requirements/local.txt
DEV := $(PYTHON) -m local.bootstrap requirements/dev.txt
yes = $(filter-out 0 no,$(1))

.DEFAULT_GOAL := help
.PHONY: help setup run test check fmt lint types arrows lock lock-check tf bench
.NOTPARALLEL:

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  make run takes  ONCE=1  ROSTER=file.jsonl  BACKEND=emulators  LANE=bulk  TICK=10  RATE=9.5  PEOPLE=500"
	@echo "                  KEEP=1  FOLDER=.run/second"
	@echo "  make test takes ARGS='-k name'  REQUIRE_ALL=1"
	@echo "  make bench takes JSON=file.json  ONLY=new_account_cpu"

setup: ## Make .venv with all that development takes
	@$(DEV)

run: ## Start the whole path here, with a roster of invented people
	@$(LOCAL)
	@$(PY) -m local.run $(if $(call yes,$(ONCE)),--once) $(if $(call yes,$(KEEP)),--keep) \
		$(if $(ROSTER),--roster "$(ROSTER)") $(if $(BACKEND),--backend "$(BACKEND)") $(if $(LANE),--lane "$(LANE)") \
		$(if $(PEOPLE),--people "$(PEOPLE)") $(if $(RATE),--rate "$(RATE)") $(if $(TICK),--tick "$(TICK)") \
		$(if $(FOLDER),--folder "$(FOLDER)")

test: ## Run the tests; what the machine lacks is skipped aloud
	@$(DEV)
	@$(PY) -m pytest -ra $(ARGS)

bench: ## Measure what it costs in CPU, calls and commits, each figure beside its goal
	@$(DEV)
	@$(PY) -m bench $(if $(JSON),--json "$(JSON)") $(if $(ONLY),--only "$(ONLY)")

check: ## Run all that CI runs
	@$(DEV)
	@$(MAKE) --no-print-directory --keep-going lint types arrows lock-check tf test

fmt: ## Format the code
	@$(DEV)
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .
	@if command -v terraform > /dev/null; then terraform fmt -recursive infra; fi

lint: ## Check format and style
	@$(DEV)
	@echo "== ruff"
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .

types: ## Check the types
	@$(DEV)
	@echo "== mypy"
	@$(PY) -m mypy

arrows: ## Check who imports whom
	@$(DEV)
	@echo "== import-linter"
	@.venv/bin/lint-imports

lock lock-check: export PYTHONPATH := .
lock: ## Lock the requirements again, with the present pins (UPGRADE=1: with the newest)
	@$(PYTHON) .ci/locks.py write $(if $(call yes,$(UPGRADE)),--upgrade)

lock-check: ## Check that the locks are what pyproject.toml asks for
	@echo "== locks"
	@$(PYTHON) .ci/locks.py check

tf: ## Check the Terraform configuration
	@echo "== terraform"
	@.ci/terraform
