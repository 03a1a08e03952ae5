# Everything a developer runs. PYTHON makes the environment; the tools live in it.
PYTHON ?= python3
BIN ?= .venv/bin

.PHONY: check fix test bench run screenshots

$(BIN)/tocsin: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

check: $(BIN)/tocsin
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --cov --cov-report=term:skip-covered

fix: $(BIN)/tocsin
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(BIN)/tocsin
	$(BIN)/pytest

bench: $(BIN)/tocsin
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

run: $(BIN)/tocsin
	$(BIN)/tocsin run

screenshots: $(BIN)/tocsin
	$(BIN)/python tests/web/screenshots.py var/screenshots && echo "the pictures are in var/screenshots"
