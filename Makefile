# Everything is started from here. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=
JOBS ?= 3
# What was compiled once is kept, whatever the shell says: every program of the house starts in half the time.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help env up demo test lint soak bench lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

env: ## the environment .venv from the locked requirements (skipped when nothing changed)
	@bash infra/bootstrap.sh env

up: env ## everything in one terminal: database, Prefect, workers, pages (ARGS="--port 9000 --home DIR")
	@exec $(BIN)/feeder up $(ARGS)

demo: env ## fill an empty database with the demonstration data
	@exec $(BIN)/feeder demo

test: env ## every test, on a real PostgreSQL (ARGS="tests/infra -k bank")
	@bash infra/bootstrap.sh tools
	@$(BIN)/python -m pytest -m 'not soak' -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: env ## ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

soak: env ## the long runs
	@$(BIN)/python -m pytest -m soak $(ARGS)

bench: env ## measurements (ARGS="leg --json")
	@exec $(BIN)/feeder bench $(ARGS)

lock: env ## resolve requirements.in anew, with hashes
	@bash infra/bootstrap.sh lock

clean: ## remove the environment and caches; the data in .data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis artifacts
