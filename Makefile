# Every target sets up what it needs; a second run installs nothing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
UV_VERSION := 0.13.8
VENV := .venv
RUN := $(VENV)/bin/
STAMP := $(VENV)/.ready

# Thousands of modules are imported by hundreds of processes here: nobody should compile them anew each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check fmt lint types arch unit bench bench-platform soak bench-proofs bench-store bench-templates clean

setup: $(STAMP)

$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Skafu needs Python 3.11 or newer: set PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(RUN)uv || { $(PYTHON) -m venv $(VENV) && $(RUN)python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@$(RUN)uv sync --quiet --frozen --inexact --compile-bytecode --python $(RUN)python
	@touch $@

demo: setup
	@$(RUN)python -m skafu.entrypoints.cli.demo

test: setup
	@$(RUN)python -m pytest -n 2 --dist worksteal

unit: setup
	@$(RUN)python -m pytest -n 2 tests/unit

fmt: setup
	@$(RUN)ruff format . && $(RUN)ruff check --fix .

lint: setup
	@$(RUN)ruff format --check . && $(RUN)ruff check .

types: setup
	@$(RUN)mypy

arch: setup
	@$(RUN)lint-imports

check: lint types arch test

bench: setup
	@for one in startup generation handlers descriptions updates new; do $(RUN)python -m benchmarks.bench_$$one; done

bench-store: setup
	@$(RUN)python -m benchmarks.bench_store --disk
	@$(RUN)python -m benchmarks.bench_store_faults
	@$(RUN)python -m benchmarks.bench_store_large

bench-platform: setup
	@$(RUN)python -m benchmarks.bench_platform

soak: setup
	@BENCH_SOAK_MINUTES=$${SOAK_MINUTES:-30} $(RUN)python -m benchmarks.bench_platform soak

bench-proofs: setup
	@$(RUN)python -m benchmarks.bench_proofs

bench-templates: setup
	@$(RUN)python -W ignore -m benchmarks.bench_templates

clean:
	rm -rf $(VENV) .cache build dist
