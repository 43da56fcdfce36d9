# Everything is made from Python 3.11 or newer and this file; `make` alone says what there is.
PYTHON ?= python3
PY := .venv/bin/python
LOCAL := $(PYTHON) -m local.bootstrap requirements/local.txt
DEV := $(PYTHON) -m local.bootstrap requirements/dev.txt
yes = $(filter-out 0 no,$(1))

.DEFAULT_GOAL := help
.PHONY: help setup run test check fmt lint types arrows lock lock-check tf bench soak simulate
.NOTPARALLEL:

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  make run takes  ONCE=1  ROSTER=file.jsonl  BACKEND=emulators  LANE=bulk  TICK=10  RATE=9.5  PEOPLE=500"
	@echo "                  KEEP=1  FOLDER=.run/second  AT=2021-01-04"
	@echo "  make test takes ARGS='-k name'  REQUIRE_ALL=1"
	@echo "  make bench takes JSON=file.json  ONLY=new_account_cpu  EVENTS=2000"
	@echo "  make soak takes PEOPLE=2000  KILLS=3  SEED=7  FRESH=0  MINUTES=5  BULK=20000  CHANGES=5  JSON=file.json"
	@echo "                  CAMPAIGN=20000  SOAK=0  WAIT=0  HURRY=1"
	@echo "  make simulate takes PEOPLE=1000000  SEED=7  JSON=file.json"

setup: ## Make .venv with all that development takes
	@$(DEV)

run: ## Start the whole path here, with a roster of invented people
	@$(LOCAL)
	@$(PY) -m local.run $(if $(call yes,$(ONCE)),--once) $(if $(call yes,$(KEEP)),--keep) \
		$(if $(ROSTER),--roster "$(ROSTER)") $(if $(BACKEND),--backend "$(BACKEND)") $(if $(LANE),--lane "$(LANE)") \
		$(if $(PEOPLE),--people "$(PEOPLE)") $(if $(RATE),--rate "$(RATE)") $(if $(TICK),--tick "$(TICK)") \
		$(if $(FOLDER),--folder "$(FOLDER)") $(if $(AT),--at "$(AT)")

test: ## Run the tests; what the machine lacks is skipped aloud
	@$(DEV)
	@$(PY) -m pytest -ra $(ARGS)

bench: ## Measure CPU, start, memory, calls, commits and use of the quota, each figure beside its goal
	@$(DEV)
	@$(PY) -m bench $(if $(JSON),--json "$(JSON)") $(if $(ONLY),--only "$(ONLY)") $(if $(EVENTS),--events "$(EVENTS)")

soak: ## Run the whole path under faults and kills against a model, then measure how fresh accounts are
	@$(DEV)
	@$(PY) -m bench.soak $(if $(PEOPLE),--people "$(PEOPLE)") $(if $(KILLS),--kills "$(KILLS)") \
		$(if $(SEED),--seed "$(SEED)") $(if $(FRESH),--fresh "$(FRESH)") $(if $(MINUTES),--minutes "$(MINUTES)") \
		$(if $(BULK),--bulk "$(BULK)") $(if $(CHANGES),--changes "$(CHANGES)") $(if $(JSON),--json "$(JSON)") \
		$(if $(SOAK),--soak "$(SOAK)") $(if $(CAMPAIGN),--campaign "$(CAMPAIGN)") \
		$(if $(filter 0 no,$(WAIT)),--no-backfill-wait) $(if $(call yes,$(HURRY)),--hurry) \
		$(if $(FOLDER),--folder "$(FOLDER)")

simulate: ## Simulate the launch of a country and its deadline in virtual time: days, ends, refusals, who is wrong
	@$(DEV)
	@$(PY) -m bench.simulate $(if $(PEOPLE),--people "$(PEOPLE)") $(if $(SEED),--seed "$(SEED)") \
		$(if $(JSON),--json "$(JSON)")

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
