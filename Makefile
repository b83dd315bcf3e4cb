# The two commands: `make demo` runs the product, `make test` proves it. Both install what they need into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)

unexport PYTHONDONTWRITEBYTECODE # compiling code and tests anew costs each process of a run seconds

.PHONY: demo test check lint types imports unit long browser chaos format lock install install-dev clean

demo: install ## everything on one machine: database, stand-in Facebook, mail, web, worker, a brand that lives
	$(BIN)/localcare demo --port $(PORT)

test: check long browser chaos ## all that CI runs

check: install-dev ## the inner loop: no browser, no kills, no whole demos or real directories
	@$(MAKE) --no-print-directory --jobs=2 types lint imports
	@$(MAKE) --no-print-directory unit

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev
	$(BIN)/mypy

imports: install-dev
	$(BIN)/lint-imports

unit: install-dev
	$(BIN)/pytest -n 2 --dist loadscope -m "not browser and not chaos and not long and not eval"

long: install-dev
	$(BIN)/pytest -n 2 --dist loadscope -m "(long or eval) and not browser and not chaos"

browser: install-dev
	$(BIN)/pytest -m browser

chaos: install-dev
	$(BIN)/pytest -m chaos

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --editable .
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(INSTALL) --no-deps --editable .
	touch $@ $(VENV)/.installed

lock: ## renew both lock files (needs uv); they hold names, versions and hashes, never an address
	uv export --quiet --no-dev --no-emit-project --no-annotate --no-header --format requirements-txt -o requirements.lock
	uv export --quiet --all-groups --all-extras --no-emit-project --no-annotate --no-header --format requirements-txt -o requirements-dev.lock
	! grep -nE 'https?://|--(extra-)?index' requirements.lock requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
