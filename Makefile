# Everything lives in .venv/, which tools/packages.py makes and fills once per content of the requirements files.
# Steps that take more than a line are Python, in tools/.
PYTHON ?= python3
IN_VENV := .venv/bin/python
ARGS ?=
MINUTES ?= 20
SEED ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak demo demo-clean clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: ## Set everything up and serve the dashboard (PORT=8000)
	@$(PYTHON) -m tools.packages requirements.txt
	-@$(IN_VENV) -m tools.ensure_engine
	-@$(IN_VENV) -m tools.ensure_git
	@exec $(IN_VENV) app.py

test: ## Set everything up and run all tests (ARGS="-k name" for some)
	@$(PYTHON) -m tools.packages requirements-dev.txt
	@$(IN_VENV) -m tools.ensure_test_needs
	@exec $(IN_VENV) -m tools.run_tests $(ARGS)

check: ## Lint, formatting, types, and whether a package is known to be weak
	@$(PYTHON) -m tools.packages requirements-dev.txt
	@$(IN_VENV) -m ruff check .
	@$(IN_VENV) -m ruff format --check .
	@$(IN_VENV) -m mypy
	@$(IN_VENV) -m tools.audit_packages

bench: ## Measure speed and cost beside two baselines; prints a table, writes bench-results.json
	@$(PYTHON) -m tools.packages requirements-dev.txt
	@$(IN_VENV) -m tools.ensure_test_needs
	@exec $(IN_VENV) -m bench $(ARGS)

soak: ## Let everything go wrong at full load for MINUTES=20 (SEED=... again); prints a table, fails if anything is lost
	@$(PYTHON) -m tools.packages requirements-dev.txt
	@$(IN_VENV) -m tools.ensure_test_needs
	@exec $(IN_VENV) -m soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(ARGS)

demo: ## Start three sample containers that write logs
	@$(PYTHON) -m tools.packages requirements.txt
	@$(IN_VENV) -m tools.ensure_engine
	@$(IN_VENV) -m demo start

demo-clean: ## Remove the sample containers and their image, and nothing else
	@$(PYTHON) -m tools.packages requirements.txt
	@$(IN_VENV) -m demo clean

clean: ## Remove what the set-up, checks and tests made; data/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results bench-results.json soak-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
